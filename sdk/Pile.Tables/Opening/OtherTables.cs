namespace Pile.Tables.Opening;

/// <summary>Describes the tables of a file that are not read.</summary>
internal static class OtherTables
{
    private const int MostShown = 5;

    /// <summary>Returns what the user should know about a file with several tables, whose path selects none of them.</summary>
    /// <param name="source">The file.</param>
    /// <param name="label">The name or number of the table that is read.</param>
    /// <param name="others">Those of the other tables.</param>
    internal static string Note(TablePath source, string label, IReadOnlyList<string> others) =>
        $"the table '{label}' is read; the file has {(others.Count == 1 ? "another" : "others")}, "
            + $"{string.Join(", ", others.Take(MostShown).Select(o => $"'{o}'"))}{(others.Count > MostShown ? " …" : "")}, which "
            + $"'{Path.GetFileName(source.File)}#{others[0]}' names.";
}
