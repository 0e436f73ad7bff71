"""Settings, results and the machine."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

MACHINE = Group(
    title="Settings, results and the machine",
    explanations=(
        Explanation(
            code=Code.CODE_UNKNOWN,
            title="No such code",
            meaning="hypnic check --explain was given a word that is no code.",
            done="Explains nothing, and offers the nearest code.",
            repair="'hypnic check --explain all' lists every code.",
        ),
        Explanation(
            code=Code.CONFIG_FILE,
            title="Settings file cannot be read",
            meaning="The file given with --config is not there or may not be read.",
            done="Stops before any study is touched.",
            repair="Check the path; names with blanks need quotation marks.",
        ),
        Explanation(
            code=Code.CONFIG_KEYS,
            title="Settings are wrong",
            meaning="The settings hold a key that does not exist, or a value that its key does "
            "not allow. All mistakes are told at once.",
            done="Stops before any study is touched.",
            repair="'hypnic config' prints every key with its meaning; correct those that the "
            "message names.",
        ),
        Explanation(
            code=Code.CONFIG_SYNTAX,
            title="Settings file is not TOML",
            meaning="The file given with --config breaks the rules of TOML at the line that the "
            "message names.",
            done="Stops before any study is touched.",
            repair="Compare that line with configs/default.toml: text needs quotation marks, "
            "lists need brackets, each section its [name].",
        ),
        Explanation(
            code=Code.RECIPES,
            title="Several nights for one file",
            meaning="hypnic simulate was given several recipes and one file to write.",
            done="Writes nothing.",
            repair="Give a folder with --out.",
        ),
        Explanation(
            code=Code.RECIPE_INVALID,
            title="Recipe is wrong",
            meaning="The recipe of a simulated night holds an unknown key or a value that is not "
            "allowed, or a channel is to be renamed that the night does not have.",
            done="Writes nothing.",
            repair="Correct the keys that the message names; sample_data/recipes has examples.",
        ),
        Explanation(
            code=Code.RECIPE_SYNTAX,
            title="Recipe is not TOML",
            meaning="The recipe of a simulated night breaks the rules of TOML.",
            done="Writes nothing.",
            repair="Compare the line that the message names with a file in sample_data/recipes.",
        ),
        Explanation(
            code=Code.RECIPE_UNKNOWN,
            title="No such recipe",
            meaning="The recipe is neither a file, nor a folder, nor the name of a standard night.",
            done="Writes nothing.",
            repair="Give a TOML file, a folder of them, or one of the names in the message.",
        ),
        Explanation(
            code=Code.NOT_FOUND,
            title="No such file or folder",
            meaning="There is nothing at the path that was given.",
            done="Stops; nothing is scored.",
            repair="Check the path, and that the network drive is connected; names with blanks "
            "need quotation marks.",
        ),
        Explanation(
            code=Code.OUT_FOLDER,
            title="Output folder cannot be made",
            meaning="The folder given with --out cannot be made: no rights, or a file has that "
            "name.",
            done="Stops before any study is touched.",
            repair="Give a folder of your own with --out.",
        ),
        Explanation(
            code=Code.NO_RESULT,
            title="No scored night there",
            meaning="The folder given to hypnic show or export holds no scored night.",
            done="Shows or exports nothing.",
            repair="Give a result folder, or the folder that was given with --out.",
        ),
        Explanation(
            code=Code.RESULT_DAMAGED,
            title="Result folder is not whole",
            meaning="A file of a result folder is missing, or is not what its manifest says.",
            done="Does not use that result.",
            repair="Run the study again: a damaged result is replaced.",
        ),
        Explanation(
            code=Code.RECORDING_OTHER,
            title="Another recording than was scored",
            meaning="A recording was to be opened with a night's annotations, but its content is "
            "not that of the file which the night was scored from.",
            done="Opens nothing: the annotations would stand at wrong places.",
            repair="Give the recording as it was when it was scored, or score this one.",
        ),
        Explanation(
            code=Code.COMPACTION_UNUSABLE,
            title="Compacted tables are not used",
            meaning="The tables that 'hypnic catalogue' made are damaged, or were made by a "
            "version with other columns.",
            done="Reads the nights' own files instead: the answer is the same, and takes longer.",
            repair="Run 'hypnic catalogue' on the results folder: it makes them anew.",
        ),
        Explanation(
            code=Code.QUERY_WRONG,
            title="The query cannot be answered",
            meaning="The text is no SQL, or it names a view, column or function that is not "
            "there. What DuckDB says of it is in the message.",
            done="Answers nothing.",
            repair="'hypnic query --schema' prints every view with its columns and units; "
            "docs/recipes.md has queries to begin with.",
        ),
        Explanation(
            code=Code.QUERY_REFUSED,
            title="A query that would do more than read",
            meaning="The catalogue answers one query at a time, which reads its views. This one "
            "would write, change a setting, or reach a file or place outside.",
            done="Does not run it.",
            repair="Write the answer with --out, and bring tables of your own with --table.",
        ),
        Explanation(
            code=Code.QUERY_TABLE,
            title="A table for a query cannot be used",
            meaning="A table given with --table has the name of a view or none that SQL "
            "understands, or its file is no CSV, TSV or Parquet.",
            done="Answers nothing.",
            repair="Give it as --table people=people.tsv: a name of letters and digits, and a "
            "text table with a header line, or Parquet.",
        ),
        Explanation(
            code=Code.BATCH_UNKNOWN,
            title="No such batch",
            meaning="A flow was given the reference of a batch that this machine does not know.",
            done="Stops; nothing is scored.",
            repair="Start it by 'python -m flows.score_folder', with the same HYPNIC_HOME.",
        ),
        Explanation(
            code=Code.PLACE_UNKNOWN,
            title="No such place",
            meaning="A flow was given the name of a place that the site's table does not have.",
            done="Stops; nothing is scored. The message lists the places that there are.",
            repair="Write [places.NAME] with inbox and out into site.toml in hypnic's own folder "
            "(HYPNIC_HOME). Names have lower-case letters, digits and dashes; paths are refused, "
            "because they hold names of persons.",
        ),
        Explanation(
            code=Code.PLACE_INCOMPLETE,
            title="The place lacks a folder or a table",
            meaning="The work needs a path that the site's table does not give for this place.",
            done="Stops; nothing is written.",
            repair="Add what the message names to the place in site.toml.",
        ),
        Explanation(
            code=Code.STUDY_UNKNOWN,
            title="The place has no such study",
            meaning="No file in the place's inbox was ever met under this study key.",
            done="Stops; nothing is scored.",
            repair="Take the key from a batch's table or from a result folder's name.",
        ),
        Explanation(
            code=Code.INBOX_UNREADABLE,
            title="Inbox cannot be read",
            meaning="The inbox of a place is not there or may not be listed: a share that is not "
            "mounted, or missing rights.",
            done="Takes nothing, forgets nothing, and tries again at the next look.",
            repair="See that the share is mounted and that the server's user may list it.",
        ),
        Explanation(
            code=Code.HOST_OPEN,
            title="Server would be open to the network",
            meaning="hypnic serve was to listen at an address that other machines can reach. Who "
            "reaches the server can run programs on this machine.",
            done="Starts nothing.",
            repair="Leave the host at 127.0.0.1 and put a proxy with TLS before it (docs/server.md)"
            "; --allow-remote does without.",
        ),
        Explanation(
            code=Code.PORT_TAKEN,
            title="Port is taken",
            meaning="Another program listens at the port of the server or of the worker's health "
            "check; perhaps hypnic serve runs already.",
            done="Starts nothing.",
            repair="Stop the other program, or give another port with --port.",
        ),
        Explanation(
            code=Code.SECRET_EXPOSED,
            title="Others can read a secret",
            meaning="A file with a password or key may be read by other users of this machine.",
            done="Starts nothing.",
            repair="Let its owner alone read it: chmod 600 FILE. If others may have read it, "
            "make a new secret.",
        ),
        Explanation(
            code=Code.SERVER_FAILED,
            title="Server did not start",
            meaning="The server ended or did not answer in time; the last lines of its log stand "
            "in the message.",
            done="Stops everything that it had started.",
            repair="Read the server's log (serve/logs in hypnic's own folder); a first start on a "
            "slow disk takes a minute.",
        ),
        Explanation(
            code=Code.SERVER_MISSING,
            title="No server for several machines",
            meaning="A cluster or a pool of workers was to score studies, and PREFECT_API_URL "
            "names no server that all of them reach.",
            done="Stops before any study is touched.",
            repair="Start one with 'hypnic serve', or on its own machine as docs/server.md says, "
            "and set PREFECT_API_URL. On one machine 'hypnic batch' needs no server.",
        ),
        Explanation(
            code=Code.EXTRA_MISSING,
            title="Package is not installed",
            meaning="The command needs a package that is installed only on demand.",
            done="Stops before any study is touched.",
            repair="Install the extra that the message names.",
        ),
        Explanation(
            code=Code.RUN_LOST,
            title="Runs ended without a word",
            meaning="The runs that were to score the study on some worker ended, and none has said "
            "what became of it: workers died, were stopped, or do not share HYPNIC_HOME.",
            done="Leaves the study pending; what was published meanwhile is kept.",
            repair="See that the workers run and have the same HYPNIC_HOME, then start it again: "
            "what is done is skipped.",
        ),
        Explanation(
            code=Code.CLUSTER_DAEMON,
            title="Dask worker may start no process",
            meaning="Each study is scored in a process of its own, and this cluster's workers run "
            "as daemons, which may have none.",
            done="Stops the batch; no study is set aside for it.",
            repair="Start the workers with DASK_DISTRIBUTED__WORKER__DAEMON=false in their "
            "environment, or without a nanny.",
        ),
        Explanation(
            code=Code.PARTICIPANTS,
            title="Participants table cannot be used",
            meaning="The table given with --participants cannot be read, lacks a column that is "
            "needed, or names one study twice.",
            done="Writes nothing; the message lists the columns that are there and those that are "
            "needed.",
            repair="The table needs a header line and a row per night: study_key or file, and "
            "participant_id; night or date tells the order of a person's nights.",
        ),
        Explanation(
            code=Code.PARTICIPANTS_UNMATCHED,
            title="Results and participants do not match",
            meaning="Rows of the participants table have no scored night, or scored nights have "
            "no row.",
            done="Leaves both out and tells how many.",
            repair="Score the missing studies, or complete the table. A file name is known only "
            "on the machine that scored it; a study key is known everywhere.",
        ),
        Explanation(
            code=Code.COHORT_EMPTY,
            title="No night for the cohort",
            meaning="Not one row of the participants table has a scored night that can be read.",
            done="Writes nothing.",
            repair="Compare the column study_key (or file) with the folder names under nights in "
            "the results.",
        ),
        Explanation(
            code=Code.COHORT_SETTINGS,
            title="Nights were scored differently",
            meaning="The nights of a cohort were not all scored with the same settings and "
            "version, or a study has results of several settings.",
            done="Takes for each study the result of the most frequent settings, and tells it.",
            repair="Score all studies with one version and one settings file.",
        ),
        Explanation(
            code=Code.COHORT_SMALL,
            title="Few persons",
            meaning="The cohort has few persons, so errors between persons are themselves "
            "uncertain.",
            done="Gives the intervals all the same; they may be too narrow.",
            repair="Read them as a first look; add persons.",
        ),
        Explanation(
            code=Code.MODEL_DAMAGED,
            title="A staging model is damaged",
            meaning="A model of the automatic staging is not the one that was tested: its "
            "checksum differs.",
            done="Stages nothing with it, and publishes no result.",
            repair="Install hypnic again.",
        ),
        Explanation(
            code=Code.IO,
            title="Reading or writing failed",
            meaning="The disk, the network share or the rights do not let a file be read or "
            "written.",
            done="Publishes nothing half done, and leaves the study for another try.",
            repair="Check the disk, the share and your rights, then run it again: what is done "
            "is skipped.",
        ),
        Explanation(
            code=Code.CHANGED,
            title="The file is still changing",
            meaning="The study changed while it was read: the recorder or a copy still writes it.",
            done="Does not score it, and leaves it for another try.",
            repair="Wait until the recorder or the copy has finished, then run it again.",
        ),
        Explanation(
            code=Code.COPY_FAILED,
            title="Study could not be copied",
            meaning="Each study is copied to a private place before it is read; that copy failed.",
            done="Does not score it, and leaves it for another try.",
            repair="Check that the file can be read and that the disk has room, then run it again.",
        ),
        Explanation(
            code=Code.PUBLISH_FAILED,
            title="Result could not be published",
            meaning="The night was scored, but its folder could not be put into its place.",
            done="Publishes nothing half done, and leaves the study for another try.",
            repair="Check that the output folder is writable and has room, then run it again.",
        ),
        Explanation(
            code=Code.DISK_FULL,
            title="The disk is full",
            meaning="There was no room left to write to.",
            done="Publishes nothing half done, tries again (run.tries), then begins no further "
            "study of the batch: all that are left are pending, and none is blamed.",
            repair="Make room (results, temporary files), then run it again: what is done is "
            "skipped.",
        ),
        Explanation(
            code=Code.CLAIMED,
            title="Another worker has the study",
            meaning="Another batch, on this machine or on one that shares the output folder, is "
            "scoring the same study with the same settings.",
            done="Goes on with other studies, then waits for as long as a study may take "
            "(run.time_limit_s), and leaves the study for another try.",
            repair="Let the other batch finish. A worker that died is noticed by itself, at once "
            "on the same machine, after run.claim_silence_s on another.",
        ),
        Explanation(
            code=Code.CLAIM_LOST,
            title="The study was given to another worker",
            meaning="This worker gave no sign of life for run.claim_silence_s (the machine slept, "
            "or the network share was gone), so another took its study over.",
            done="Publishes nothing of its own, and tries again (run.tries): mostly the other's "
            "result is there by then.",
            repair="If it comes often on a slow share, raise run.claim_silence_s.",
        ),
        Explanation(
            code=Code.CHILD_DIED,
            title="The scoring process died",
            meaning="The process that scored this study was ended from outside, mostly because "
            "the machine ran out of memory.",
            done="Tries again (run.tries), then sets the study aside; the others go on.",
            repair="Run fewer studies at a time (--jobs 1). If it dies again, send the study's "
            "reason file.",
        ),
        Explanation(
            code=Code.MEMORY_LIMIT,
            title="Needs too much memory",
            meaning="Scoring this study would take more memory than run.memory_limit_mib.",
            done="Sets the study aside; the others go on.",
            repair="Look whether the file is far longer than a night; if not, raise "
            "run.memory_limit_mib.",
        ),
        Explanation(
            code=Code.TIME_LIMIT,
            title="Takes too long",
            meaning="Scoring this study took longer than run.time_limit_s.",
            done="Stops it, tries once more, then sets it aside; the others go on.",
            repair="Look whether the file is far longer than a night, or the machine is busy; if "
            "not, raise run.time_limit_s.",
        ),
        Explanation(
            code=Code.INTERNAL_ERROR,
            title="A fault of hypnic itself",
            meaning="hypnic met a case that it does not know.",
            done="Sets the study aside with the place in the program; the others go on. The "
            "study was not changed.",
            repair="Please report it with the study's reason file; it holds no patient data.",
        ),
    ),
)
