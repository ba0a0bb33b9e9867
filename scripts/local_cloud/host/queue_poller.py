"""The poller of a queue: batches of its messages for whoever handles them.

It waits to be woken, receives until the queue is empty, and never polls an idle queue. It reads the
queue's attributes before it polls, as Lambda and EventBridge do: a role that may not read them gets
no poller.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.host.rousing import Busy, Rousing

Message = dict[str, Any]
SETBACK_SECONDS = 1.0


class QueuePoller:
    """`handle` gets a batch and deletes the finished messages with `delete`."""

    def __init__(
        self,
        sqs: Any,
        endpoint: str,
        queue_arn: str,
        batch_size: int,
        concurrency: int,
        handle: Callable[[list[Message]], None],
        busy: Busy,
        complain: Callable[[str], None],
    ) -> None:
        self.queue_arn = queue_arn
        account, name = queue_arn.split(":")[4:6]
        self._url = f"{endpoint}/{account}/{name}"
        self._sqs = sqs
        sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        self._batch_size = min(batch_size, 10)
        self._handle = handle
        self._busy = busy
        self._complain = complain
        self._slots = threading.Semaphore(concurrency)
        self._workers = ThreadPoolExecutor(concurrency, thread_name_prefix=name)
        self._rousing = Rousing(busy)
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name=f"poll {name}", daemon=True).start()

    def wake(self) -> None:
        self._rousing.rouse()

    def stop(self) -> None:
        self._stopped.set()
        self._rousing.rouse()
        self._slots.release()

    def delete(self, messages: list[Message]) -> None:
        if messages:
            self._sqs.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )

    def _run(self) -> None:
        while True:
            self._slots.acquire()
            self._rousing.sleep()
            if self._stopped.is_set():
                self._rousing.end()
                self._workers.shutdown(wait=False)
                return
            messages = self._receive()
            if not messages:
                self._slots.release()
                continue
            self._rousing.rouse()  # there may be more
            work = ExitStack()
            work.enter_context(self._busy())  # from here on: the worker may begin later
            self._workers.submit(self._work, messages, work)

    def _receive(self) -> list[Message]:
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=self._batch_size,
                WaitTimeSeconds=0,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            found: list[Message] = answer.get("Messages", [])
            return found
        except (ClientError, BotoCoreError) as error:
            if not self._stopped.is_set():
                self._complain(f"cannot receive from {self.queue_arn}: {error}")
                self._rousing.rest(self._stopped, SETBACK_SECONDS)
                self._rousing.rouse()  # the messages are still there
            return []

    def _work(self, messages: list[Message], work: ExitStack) -> None:
        try:
            with work:
                self._handle(messages)
        except Exception as error:  # the messages come again, but the failure must be seen
            if not self._stopped.is_set():
                kind = type(error).__name__
                self._complain(f"while handling messages of {self.queue_arn}: {kind}: {error}")
        finally:
            self._slots.release()
