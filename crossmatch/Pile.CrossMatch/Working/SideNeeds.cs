using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>Which columns of a side a match reads beside id and position.</summary>
/// <param name="Carried">Columns of the result.</param>
/// <param name="Spoken">Columns that conditions speak of.</param>
/// <param name="Errors">Columns of errors: of several the root of their mean square counts; empty for none.</param>
/// <param name="Time">The column of times; null for none.</param>
internal sealed record SideNeeds(ImmutableArray<string> Carried, ImmutableArray<string> Spoken, ImmutableArray<string> Errors, string? Time)
{
    /// <summary>DuckDB's name for the number of a row, which a column of that name would hide: in the work table the column is called
    /// otherwise.</summary>
    internal const string RowId = "rowid";

    /// <summary>All of them, each once.</summary>
    internal ImmutableArray<string> All { get; } = [.. Carried.Concat(Spoken).Concat(Errors).Concat(Time is null ? [] : [Time]).Distinct()];

    /// <summary>The columns of a side that an expression may speak of.</summary>
    internal static IEnumerable<string> SpokenIn(SqlExpression expression, MatchSide side) =>
        side.Columns.Where(c => expression.Names.Contains(c.SqlName) && !Own(c.SqlName)).Select(c => c.Name);

    /// <summary>True for the names under which every side has its id and position.</summary>
    internal static bool Own(string sqlName) => sqlName.Equals("object_id", StringComparison.OrdinalIgnoreCase)
        || sqlName.Equals("ra", StringComparison.OrdinalIgnoreCase) || sqlName.Equals("dec", StringComparison.OrdinalIgnoreCase);

    /// <summary>The names that columns have in the work table: those of SQL, told apart where they differ by case alone or are Pile's
    /// own.</summary>
    internal static string[] SqlNames(IEnumerable<ColumnSchema> columns)
    {
        HashSet<string> taken = new(["object_id", "ra", "dec"], StringComparer.OrdinalIgnoreCase);
        List<string> names = [];
        foreach (ColumnSchema column in columns)
        {
            string name = column.SqlName.Equals(RowId, StringComparison.OrdinalIgnoreCase) ? $"_pile_{RowId}" : column.SqlName;
            while (!taken.Add(name))
                name += "_";
            names.Add(name);
        }
        return [.. names];
    }
}
