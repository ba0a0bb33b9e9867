"""The poller does what Lambda does: order, checkpoint, retries, age, bisection, failure queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.host.stream_mapping import StreamMapping
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import TABLE
from local_cloud.tests.stream import Answer, Stream, failing, name_of

DAY = 86_400


@pytest.fixture
def stream(deployed_moto: MotoProcess) -> Iterator[Stream]:
    moto = deployed_moto.fork()
    stream = Stream(moto)
    yield stream
    stream.close()
    moto.stop()


def fail_at(name: str, times: int, answer: Any = failing) -> Any:
    """An answer that names the record called `name`, so many times."""
    left = [times]

    def answer_for(batch: list[dict[str, Any]]) -> Answer:
        for record in batch:
            if name_of(record) == name and left[0] > 0:
                left[0] -= 1
                result: Answer = answer(record)
                return result
        return {"batchItemFailures": []}

    return answer_for


def flat(batches: list[list[str]]) -> list[str]:
    return [each for batch in batches for each in batch]


def only_smtp(stream: Stream, **settings: Any) -> StreamMapping:
    pattern = '{"dynamodb":{"Keys":{"PK":{"S":["SMTP_USER"]}}}}'
    return stream.follow(FilterCriteria={"Filters": [{"Pattern": pattern}]}, **settings)


def test_records_come_in_order_and_in_batches_of_the_size(stream: Stream) -> None:
    stream.put(*"abcde")
    only_smtp(stream, BatchSize=2)
    stream.function.wait_for(lambda seen: seen == [["a", "b"], ["c", "d"], ["e"]])


def test_everything_from_the_lowest_failed_record_comes_again(stream: Stream) -> None:
    stream.put(*"abcd")

    def two_failed(batch: list[dict[str, Any]]) -> Answer:
        if len(batch) < 4:
            return {}
        return {
            "batchItemFailures": [
                failing(each)["batchItemFailures"][0] for each in (batch[3], batch[1])
            ]
        }

    stream.function.answer = two_failed
    only_smtp(stream)
    stream.function.wait_for(lambda seen: seen == [list("abcd"), list("bcd")])


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"not json",
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": "1"}]},
        {"batchItemFailures": [{"bad": "1"}]},
    ],
)
def test_an_error_or_a_bad_answer_fails_the_whole_batch(stream: Stream, answer: Answer) -> None:
    stream.put(*"ab")
    stream.function.answer = fail_at("a", 1, lambda _: answer)
    only_smtp(stream)
    stream.function.wait_for(lambda seen: seen == [list("ab"), list("ab")])


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", {}, {"batchItemFailures": []}, {"batchItemFailures": None}],
)
def test_an_empty_answer_is_success(stream: Stream, answer: Answer) -> None:
    stream.put("a")
    stream.function.answer = lambda _: answer
    only_smtp(stream)
    stream.function.wait_for(lambda seen: seen == [["a"]])
    stream.put("b")
    stream.function.wait_for(lambda seen: seen == [["a"], ["b"]])


def test_an_error_bisects_without_using_up_retries(stream: Stream) -> None:
    stream.put(*"abcd")
    stream.function.answer = fail_at("c", 99, lambda _: None)
    only_smtp(stream, BisectBatchOnFunctionError=True, MaximumRetryAttempts=1)
    wanted = [list("abcd"), list("ab"), list("cd"), ["c"], ["c"], ["d"]]
    stream.function.wait_for(lambda seen: seen == wanted)
    (message,) = stream.given_up()
    info = message["DDBStreamBatchInfo"]
    failed = stream.function.batches[3][0]["dynamodb"]["SequenceNumber"]
    assert message["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert message["requestContext"]["approximateInvokeCount"] == 2
    assert message["responseContext"]["functionError"] == "Unhandled"
    assert (info["startSequenceNumber"], info["endSequenceNumber"]) == (failed, failed)
    assert (info["batchSize"], info["streamArn"]) == (1, stream.arn)
    assert "SMTP_USER" not in str(message)  # the position of the record, not its content


def test_without_a_limit_a_record_is_tried_until_its_age(stream: Stream) -> None:
    stream.put(*"ab")
    stream.function.answer = fail_at("a", 10**6)
    only_smtp(stream, MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=43_200)
    stream.function.wait_for(lambda seen: len(seen) >= 4)
    assert stream.given_up() == []
    stream.wait_until_idle()  # while it waits to try again
    stream.moto.ask("clock", {"advanceSeconds": 43_201})
    stream.put("c")
    stream.function.wait_for(lambda seen: ["c"] in seen)
    (message,) = stream.given_up()
    assert message["requestContext"]["condition"] == "RecordAgeExceeded"
    assert message["requestContext"]["approximateInvokeCount"] >= 4
    assert message["DDBStreamBatchInfo"]["batchSize"] == 2


def test_a_record_that_is_too_old_is_not_sent_at_all(stream: Stream) -> None:
    stream.put("a")
    stream.moto.ask("clock", {"advanceSeconds": DAY + 1})
    stream.put("b")
    only_smtp(stream)
    stream.function.wait_for(lambda seen: seen == [["b"]])
    assert stream.given_up()[0]["requestContext"]["approximateInvokeCount"] == 0


def test_a_later_mapping_goes_on_where_the_one_before_stopped(stream: Stream) -> None:
    first = only_smtp(stream)
    stream.put(*"abc")
    stream.function.wait_for(lambda seen: flat(seen) == list("abc"))
    stream.function.answer = fail_at("e", 10**6)
    stream.put("d")
    stream.put("e")
    stream.function.wait_for(lambda seen: seen[-1] == ["e"])
    stream.end(first)
    stream.put("f")
    stream.function.answer = lambda _: {}
    before = len(stream.function.names())
    only_smtp(stream, StartingPosition="LATEST")
    stream.function.wait_for(lambda seen: flat(seen[before:])[-2:] == ["e", "f"])
    assert "d" not in flat(stream.function.names()[before:])


def test_a_fork_goes_on_where_its_origin_was(stream: Stream) -> None:
    only_smtp(stream)
    stream.put("a")
    stream.function.wait_for(lambda seen: seen == [["a"]])
    stream.close()
    copy = Stream(stream.moto.fork())
    copy.put("b")
    only_smtp(copy)
    copy.function.wait_for(lambda seen: seen == [["b"]])
    copy.close()
    copy.moto.stop()


def test_a_failed_transaction_makes_no_record_and_leaves_the_stream(stream: Stream) -> None:
    only_smtp(stream)
    stream.put("a")
    stream.function.wait_for(lambda seen: seen == [["a"]])
    item = {"PK": {"S": "SMTP_USER"}, "SK": {"S": "never"}}
    impossible = {"ConditionExpression": "attribute_exists(PK)", "TableName": TABLE}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        stream.table.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": TABLE, "Item": item}},
                {"Put": {"Item": item | {"SK": {"S": "nor this"}}, **impossible}},
            ]
        )
    stream.put("b")
    stream.function.wait_for(lambda seen: seen == [["a"], ["b"]])


def test_a_failure_queue_that_takes_nothing_stops_nobody(stream: Stream) -> None:
    stream.put(*"ab")
    stream.function.answer = fail_at("a", 99)
    stream.cloud.client("sqs").delete_queue(QueueUrl=f"{stream.cloud.endpoint}/0/given-up")
    only_smtp(stream, BatchSize=1, MaximumRetryAttempts=0)
    stream.function.wait_for(lambda seen: seen == [["a"], ["b"]])
    assert any("could not be notified" in each for each in stream.complaints)
