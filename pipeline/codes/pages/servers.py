"""Places, servers and workers."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

SERVERS = Group(
    title="Places, servers and workers",
    explanations=(
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
    ),
)
