"""What rows did to the register: how many are new, changed, and as before."""

from commands.door import Door
from engine.office import Answer


def say_counts(door: Door, answer: Answer) -> None:
    if door.screen.json:
        door.screen.data(answer)
    door.screen.say(
        f"เพิ่ม {answer['added']} เปลี่ยน {answer['changed']} เหมือนเดิม {answer['same']}",
        f"{answer['added']} added, {answer['changed']} changed, {answer['same']} as before",
    )
