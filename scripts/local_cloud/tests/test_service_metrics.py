"""EventBridge and the services that the host plays measure what they do and what fails."""

from local_cloud.connection.aws import Cloud
from local_cloud.host.notification import Verdicts
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.functions import (
    BUCKET,
    BUS,
    LOCAL,
    VISIBILITY,
    policy,
    queue_arn,
    service_statement,
)

RAW = b"From: a@remote.example\r\nTo: me@example.com\r\nSubject: s\r\n\r\nx\r\n"
EMPTY = policy(
    service_statement("nobody.amazonaws.com", "s3:Nothing", f"arn:aws:s3:::{BUCKET}", "*")
)


def counted(cloud: Cloud, *namespaces: str) -> dict[tuple[str, ...], int]:
    """How often the metric was counted; it is never zero."""
    client, found = cloud.client("cloudwatch"), dict[tuple[str, ...], int]()
    for metric in client.list_metrics()["Metrics"]:
        name = metric["MetricName"]
        if metric["Namespace"] not in namespaces or name.startswith("Approximate"):
            continue
        answer = client.get_metric_statistics(
            Namespace=metric["Namespace"],
            MetricName=metric["MetricName"],
            Dimensions=metric["Dimensions"],
            StartTime=0,
            EndTime=4_000_000_000,
            Period=86_400,
            Statistics=["Sum"],
        )
        total = sum(each["Sum"] for each in answer["Datapoints"])
        if total and metric["MetricName"] != "Duration":
            values = sorted(each["Value"] for each in metric["Dimensions"])
            found[metric["MetricName"], *values] = int(total)
    return found


def receive(world: World) -> None:
    world.inbound.receive(RAW, "a@remote.example", ["other@example.com"], Verdicts())
    assert world.wait_until_quiet()


def test_a_mail_is_counted_by_every_service_on_its_way(world: World) -> None:
    receive(world)
    assert counted(world.cloud, "AWS/SES", "AWS/Events", "AWS/EventBridge/Pipes", "AWS/Lambda") == {
        ("PublishSuccess", "receive"): 1,
        ("Invocations", "route"): 1,
        ("Invocations", BUS, "to-bouncer"): 1,
        ("Invocations", "router"): 1,
        ("Invocations", "bouncer"): 1,
    }


def test_what_ses_may_not_store_is_a_failure_of_its_rule(world: World) -> None:
    world.cloud.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=EMPTY)
    receive(world)
    assert counted(world.cloud, "AWS/SES") == {("PublishFailure", "receive"): 1}


def test_a_function_that_fails_is_an_error_of_its_own_and_of_the_pipe(world: World) -> None:
    world.cloud.client("iam").delete_role_policy(RoleName="router", PolicyName="own")
    receive(world)
    found = counted(world.cloud, "AWS/EventBridge/Pipes", "AWS/Lambda")
    assert found == {
        ("Invocations", "route"): 1,
        ("ExecutionFailed", "route"): 1,
        ("Invocations", "router"): 1,
        ("Errors", "router"): 1,
    }


def test_a_pipe_whose_function_is_gone_fails_each_time_until_the_dead_letter_queue_has_it(
    world: World,
) -> None:
    world.cloud.client("lambda").delete_function(FunctionName="router")
    world.runner.deploy()
    receive(world)
    for _ in range(3):
        world.moto.ask("clock", {"advanceSeconds": VISIBILITY + 1})
        assert world.wait_until_quiet()
    assert counted(world.cloud, "AWS/EventBridge/Pipes", "AWS/Lambda") == {
        ("Invocations", "route"): 3,
        ("ExecutionFailed", "route"): 3,
    }
    (dead,) = [each for each in world.moto.ask("queues") if each["name"] == "input-dlq"]
    assert len(dead["messages"]) == 1


def test_a_target_that_refuses_is_a_failure_of_its_rule(world: World) -> None:
    sqs = world.cloud.client("sqs")
    base = f"{world.cloud.endpoint}/{LOCAL.partition(':')[2]}"
    sqs.set_queue_attributes(QueueUrl=f"{base}/bouncer", Attributes={"Policy": ""})
    receive(world)
    assert counted(world.cloud, "AWS/Events") == {("FailedInvocations", BUS, "to-bouncer"): 1}
    dead = queue_arn("bouncer-dlq")
    statement = service_statement("events.amazonaws.com", "sqs:SendMessage", dead, "*")
    sqs.set_queue_attributes(
        QueueUrl=f"{base}/bouncer-dlq", Attributes={"Policy": policy(statement)}
    )
    world.cloud.client("events").put_targets(
        Rule="to-bouncer",
        EventBusName=BUS,
        Targets=[{"Id": "bouncer", "Arn": queue_arn("bouncer"), "DeadLetterConfig": {"Arn": dead}}],
    )
    receive(world)
    assert counted(world.cloud, "AWS/Events") == {
        ("FailedInvocations", BUS, "to-bouncer"): 2,
        ("InvocationsSentToDlq", BUS, "to-bouncer"): 1,
    }


def test_what_a_queue_holds_and_what_passes_through_it_can_be_asked_for(
    moto: MotoProcess, cloud: Cloud
) -> None:
    sqs, watch = cloud.client("sqs"), cloud.client("cloudwatch")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    for body in ("1", "2"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    moto.ask("clock", {"advanceSeconds": 300})
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    moto.ask("clock", {"advanceSeconds": 60})
    assert counted(cloud, "AWS/SQS") == {
        ("NumberOfMessagesSent", "q"): 2,
        ("NumberOfMessagesReceived", "q"): 1,
        ("NumberOfMessagesDeleted", "q"): 1,
    }
    dimensions = [{"Name": "QueueName", "Value": "q"}]

    def most(name: str) -> float:
        asked = {"Namespace": "AWS/SQS", "MetricName": name, "Dimensions": dimensions}
        now = moto.clock.now()
        window = {"StartTime": now - 3600, "EndTime": now}
        found = watch.get_metric_statistics(**asked, **window, Period=3600, Statistics=["Maximum"])[
            "Datapoints"
        ]
        (same,) = watch.get_metric_data(
            MetricDataQueries=[
                {"Id": "m", "MetricStat": {"Metric": asked, "Period": 3600, "Stat": "Maximum"}}
            ],
            **window,
        )["MetricDataResults"]
        assert max(same["Values"]) == max(each["Maximum"] for each in found)
        return float(max(same["Values"]))

    assert most("ApproximateNumberOfMessagesVisible") == 2
    assert 300 <= most("ApproximateAgeOfOldestMessage") < 600
