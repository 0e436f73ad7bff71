"""Settings and results."""

from __future__ import annotations

from pipeline.codes.code import Code
from pipeline.codes.explanation import Explanation, Group

SETTINGS = Group(
    title="Settings and results",
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
    ),
)
