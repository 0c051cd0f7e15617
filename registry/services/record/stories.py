"""Case stories: a text about a project for the public, until it is withdrawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Project, ProjectStory
from registry.permissions import Actor
from registry.services.record.relations import checked_text, kept, report
from registry.wording import Message


def tell_story(
    session: Session, actor: Actor, project: Project, *, title: str, text: str, now: datetime
) -> ProjectStory:
    """Publish a story of a project; raises InvalidInput at `title` or `text`."""
    return publish_story(session, actor, kept(session, actor, project), checked_story(title, text), now=now)


def checked_story(title: str, text: str) -> tuple[str, str]:
    """Title and text as they are stored; raises InvalidInput at `title` or `text`."""
    return checked_text(title, longest=100, field="title"), checked_text(text, longest=4000, field="text")


def publish_story(
    session: Session, actor: Actor, project: Project, story: tuple[str, str], *, now: datetime
) -> ProjectStory:
    """Publish a checked story, for whoever a change request or `tell_story` has allowed to."""
    made = ProjectStory(
        project_id=project.id,
        title=story[0],
        text=story[1],
        released_by=actor.id,
        released_at=now,
    )
    session.add(made)
    report(session, actor, "story.publish", project, {}, now)
    return made


def withdraw_story(session: Session, actor: Actor, project: Project, story_id: int, *, now: datetime) -> None:
    """Take a story off the public page."""
    project = kept(session, actor, project)
    story = session.get(ProjectStory, story_id)
    if story is None or story.project_id != project.id or story.withdrawn_at is not None:
        raise NotFound(Message("没有这个案例，或已经撤下。"))
    story.withdrawn_at = now
    report(session, actor, "story.withdraw", project, {}, now)
