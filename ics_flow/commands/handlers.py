"""Which function does what a command asks for: one line a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ics_flow.commands.allocate_worker import AllocateWorker, allocate_worker
from ics_flow.commands.ask_what_if import AskWhatIf, ask_what_if
from ics_flow.commands.attach_file import AttachFile, attach_file
from ics_flow.commands.begin_together import BeginTogether, begin_together
from ics_flow.commands.board_meetings import (
    AskToAttend,
    CallMeeting,
    NameRepresentative,
    NoteComingLaw,
    PublishMinutes,
    ask_to_attend,
    call_meeting,
    name_representative,
    note_coming_law,
    publish_minutes,
)
from ics_flow.commands.change_draft import (
    AddDraftFile,
    ImportDraftFiles,
    RemoveDraftFile,
    SaveDraftFile,
    add_draft_file,
    import_draft_files,
    remove_draft_file,
    save_draft_file,
)
from ics_flow.commands.change_person import ChangePerson, change_person
from ics_flow.commands.change_requests import (
    DiscussChange,
    PutOnAgenda,
    RaiseChange,
    SettleChange,
    discuss_change,
    put_on_agenda,
    raise_change,
    settle_change,
)
from ics_flow.commands.close_incident import CloseIncident, close_incident
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.complete_task import CompleteTask, complete_task
from ics_flow.commands.correct_answers import CorrectAnswers, correct_answers
from ics_flow.commands.count_again import CountAgain, count_again
from ics_flow.commands.end_pathway import EndPathway, end_pathway
from ics_flow.commands.hold_together import HoldTogether, hold_together
from ics_flow.commands.let_time_pass import LetTimePass, let_time_pass
from ics_flow.commands.move_clock import MoveClock, move_clock
from ics_flow.commands.move_processes import MoveProcesses, UndoMove, move_processes, undo_move
from ics_flow.commands.note_done_outside import NoteDoneOutside, note_done_outside
from ics_flow.commands.note_tried import NoteTried, note_tried
from ics_flow.commands.open_file_after_adoption import OpenFileAfterAdoption, open_file_after_adoption
from ics_flow.commands.open_release_draft import (
    BringDraftUpToDate,
    CloseReleaseDraft,
    OpenReleaseDraft,
    bring_draft_up_to_date,
    close_release_draft,
    open_release_draft,
)
from ics_flow.commands.order_cases_back import OrderCasesBack, order_cases_back
from ics_flow.commands.play_scenarios import NotePlayed, PlayScenarios, note_played, play_scenarios
from ics_flow.commands.proposals import (
    DecideOnProposal,
    ProposeChange,
    ProposeWithdrawal,
    WithdrawProposal,
    decide_on_proposal,
    propose_change,
    propose_withdrawal,
    withdraw_proposal,
)
from ics_flow.commands.put_note_away import PutNoteAway, put_note_away
from ics_flow.commands.record_contact import RecordContact, record_contact
from ics_flow.commands.record_relative import RecordRelative, record_relative
from ics_flow.commands.relate_persons import RelatePersons, relate_persons
from ics_flow.commands.roll_back import RollBack, roll_back
from ics_flow.commands.save_draft import SaveDraft, save_draft
from ics_flow.commands.share_record import ShareRecord, share_record
from ics_flow.commands.skip_task import SkipTask, skip_task
from ics_flow.commands.start_pathway import StartPathway, start_pathway
from ics_flow.commands.steer_orders import SteerOrder, steer_order
from ics_flow.commands.take_back_share import TakeBackShare, take_back_share
from ics_flow.commands.take_effect import NoteHindered, TakeEffect, note_hindered, take_effect
from ics_flow.commands.withdraw_attachment import WithdrawAttachment, withdraw_attachment
from ics_flow.commands.work import Work

HANDLERS: Mapping[type[Command], Callable[[Any, Work], Outcome]] = {
    AddDraftFile: add_draft_file,
    AllocateWorker: allocate_worker,
    AskToAttend: ask_to_attend,
    AskWhatIf: ask_what_if,
    AttachFile: attach_file,
    BeginTogether: begin_together,
    BringDraftUpToDate: bring_draft_up_to_date,
    CallMeeting: call_meeting,
    ChangePerson: change_person,
    CloseIncident: close_incident,
    CloseReleaseDraft: close_release_draft,
    CompleteTask: complete_task,
    CorrectAnswers: correct_answers,
    CountAgain: count_again,
    DecideOnProposal: decide_on_proposal,
    DiscussChange: discuss_change,
    EndPathway: end_pathway,
    HoldTogether: hold_together,
    ImportDraftFiles: import_draft_files,
    LetTimePass: let_time_pass,
    MoveClock: move_clock,
    MoveProcesses: move_processes,
    NameRepresentative: name_representative,
    NoteComingLaw: note_coming_law,
    NoteDoneOutside: note_done_outside,
    NoteHindered: note_hindered,
    NotePlayed: note_played,
    NoteTried: note_tried,
    OpenFileAfterAdoption: open_file_after_adoption,
    OpenReleaseDraft: open_release_draft,
    OrderCasesBack: order_cases_back,
    PlayScenarios: play_scenarios,
    ProposeChange: propose_change,
    ProposeWithdrawal: propose_withdrawal,
    PublishMinutes: publish_minutes,
    PutNoteAway: put_note_away,
    PutOnAgenda: put_on_agenda,
    RaiseChange: raise_change,
    RecordContact: record_contact,
    RecordRelative: record_relative,
    RelatePersons: relate_persons,
    RemoveDraftFile: remove_draft_file,
    RollBack: roll_back,
    SaveDraft: save_draft,
    SaveDraftFile: save_draft_file,
    SettleChange: settle_change,
    ShareRecord: share_record,
    SkipTask: skip_task,
    StartPathway: start_pathway,
    SteerOrder: steer_order,
    TakeBackShare: take_back_share,
    TakeEffect: take_effect,
    UndoMove: undo_move,
    WithdrawAttachment: withdraw_attachment,
    WithdrawProposal: withdraw_proposal,
}
