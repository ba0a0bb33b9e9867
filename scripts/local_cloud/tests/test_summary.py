"""The summary at the end of the demo."""

from typing import Any

from local_cloud.demo.summary import summary


def mail(arrived: float, *recipients: tuple[str, float | None]) -> dict[str, Any]:
    return {
        "receivedAt": arrived,
        "stages": [{"at": arrived}, {"at": arrived + 2}],
        "recipients": [{"outcome": outcome, "at": at} for outcome, at in recipients],
    }


def test_each_kind_of_end_has_a_line_with_its_number_and_its_times() -> None:
    mails = [
        mail(100, ("imported", 100.5)),
        mail(200, ("imported", 201.5), ("stored", None)),
        mail(300, ("bounced", 300 + 2 * 3600)),
        mail(400, ("waiting", None)),
    ]
    lines = summary(mails).splitlines()
    assert [line.split("  ")[0] for line in lines[2:6]] == [" 2", " 1", " 1", " 1"]
    assert lines[2].split()[-4:] == ["1.00", "s", "1.50", "s"]
    assert [lines[index].rpartition("  ")[2] for index in (3, 4, 5)] == [
        "2.0 h",
        "2.00 s",
        "2.00 s",
    ]
    assert "Gmail inbox" in lines[2] and "report to the sender" in lines[3]
    assert "storage" in lines[4] and "on its way" in lines[5]
    assert lines[-1].startswith("4 mails with 5 ends. ")
