"""A resumable upload continues where it broke, as Google's does."""

import pytest

from local_cloud.mailbox.faults import Fault
from local_cloud.tests.google import BROKEN, CHUNK, RAW, Google


def test_a_resumable_upload_in_chunks(google: Google) -> None:
    raw = RAW + b"x" * (CHUNK * 2)
    where = google.start(len(raw))
    status, _, headers = google.ask(
        "PUT", where, raw[:CHUNK], Content_Range=f"bytes 0-{CHUNK - 1}/{len(raw)}"
    )
    assert (status, headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    status, _, headers = google.ask("PUT", where, Content_Range=f"bytes */{len(raw)}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    status, answer, _ = google.ask(
        "PUT", where, raw[CHUNK:], Content_Range=(f"bytes {CHUNK}-{len(raw) - 1}/{len(raw)}")
    )
    assert status == 200 and google.mailbox.store.find(answer["id"]) is not None
    assert google.mailbox.store.messages()[0].raw == raw


def test_an_upload_that_is_complete_gives_its_answer_again(google: Google) -> None:
    where = google.start(len(RAW))
    google.mailbox.faults.add(Fault("reset-after", "upload"))
    with pytest.raises(BROKEN):
        google.ask("PUT", where, RAW)
    stored = google.mailbox.store.messages()[0]
    status, answer, _ = google.ask("PUT", where, Content_Range=f"bytes */{len(RAW)}")
    assert (status, answer["id"]) == (200, stored.id)
    assert google.ask("PUT", where, RAW)[1] == answer and stored.imports == 1


def test_a_resumable_upload_at_once_and_untouched_ranges(google: Google) -> None:
    where = google.start(len(RAW))
    status, _, headers = google.ask("PUT", where, Content_Range=f"bytes */{len(RAW)}")
    assert status == 308 and "Range" not in headers
    assert google.ask("PUT", where, RAW)[0] == 200


def test_a_broken_upload_goes_on_where_it_broke(google: Google) -> None:
    raw = RAW + b"x" * (CHUNK * 3)
    where = google.start(len(raw))
    google.mailbox.faults.add(Fault("cut", "upload", after_bytes=CHUNK + 5000))
    with pytest.raises(BROKEN):
        google.ask("PUT", where, raw)
    status, _, headers = google.ask("PUT", where, Content_Range=f"bytes */{len(raw)}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    status, _, _ = google.ask(
        "PUT", where, raw[CHUNK:], Content_Range=(f"bytes {CHUNK}-{len(raw) - 1}/{len(raw)}")
    )
    assert status == 200 and google.mailbox.store.messages()[0].raw == raw


@pytest.mark.parametrize("status", [404, 410])
def test_a_lost_session_stays_lost(google: Google, status: int) -> None:
    where = google.start(len(RAW))
    google.mailbox.faults.add(Fault("status", "upload", status, "notFound"))
    assert google.ask("PUT", where, RAW)[0] == status
    assert google.ask("PUT", where, RAW)[0] == 404


def test_a_chunk_of_an_odd_size_is_refused(google: Google) -> None:
    where = google.start(CHUNK * 2)
    assert google.ask("PUT", where, b"x" * 1000, Content_Range=f"bytes 0-999/{CHUNK * 2}")[0] == 400
