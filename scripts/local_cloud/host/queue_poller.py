"""How do messages get from a queue to whoever handles them, so many at a time?

Waits for the watcher's word, receives until the queue is empty, and never polls an idle queue.
It looks at the queue before it polls, as Lambda and EventBridge do: whoever may not look at its
attributes gets no poller.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

Message = dict[str, Any]
SETBACK_SECONDS = 1.0


class QueuePoller:
    """`handle` gets a batch and deletes what is done with `delete`."""

    def __init__(
        self,
        sqs: Any,
        endpoint: str,
        queue_arn: str,
        batch_size: int,
        concurrency: int,
        handle: Callable[[list[Message]], None],
        busy: Callable[[], AbstractContextManager[None]],
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
        self._has_messages = threading.Event()
        self._has_messages.set()
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name=f"poll {name}", daemon=True).start()

    def wake(self) -> None:
        self._has_messages.set()

    def stop(self) -> None:
        self._stopped.set()
        self._has_messages.set()
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
            self._has_messages.wait()
            if self._stopped.is_set():
                self._workers.shutdown(wait=False)
                return
            self._has_messages.clear()
            with self._busy():
                messages = self._receive()
            if not messages:
                self._slots.release()
                continue
            self._has_messages.set()  # there may be more
            self._workers.submit(self._work, messages)

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
                self._stopped.wait(SETBACK_SECONDS)
            return []

    def _work(self, messages: list[Message]) -> None:
        try:
            with self._busy():
                self._handle(messages)
        except Exception as error:  # the messages come again; that it happened must be seen
            if not self._stopped.is_set():
                kind = type(error).__name__
                self._complain(f"while handling messages of {self.queue_arn}: {kind}: {error}")
        finally:
            self._slots.release()
