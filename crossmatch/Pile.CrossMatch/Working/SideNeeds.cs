using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The columns of a side that a match reads in addition to id and position.</summary>
/// <param name="Carried">The columns of the result.</param>
/// <param name="Referenced">The columns to which conditions refer.</param>
/// <param name="Errors">The errors of the positions; null if they are not used.</param>
/// <param name="Time">The times; null without a time window.</param>
internal sealed record SideNeeds(ImmutableArray<string> Carried, ImmutableArray<string> Referenced, ErrorSource? Errors,
    SideTime? Time)
{
    /// <summary>DuckDB's name for the number of a row. A column of that name would hide it, so it has another name in the work
    /// table.</summary>
    internal const string RowId = "rowid";

    /// <summary>All columns, without duplicates.</summary>
    internal ImmutableArray<string> All { get; } =
        [.. Carried.Concat(Referenced).Concat(Errors?.Read ?? []).Concat(Time?.Names ?? []).Distinct()];

    /// <summary>Returns the columns of a side to which an expression may refer.</summary>
    internal static IEnumerable<string> ReferencedIn(SqlExpression expression, MatchSide side) =>
        side.Columns.Where(c => expression.Names.Contains(c.SqlName) && !side.IsOwn(c.SqlName)).Select(c => c.Name);

    /// <summary>Returns the names of columns in the work table: those in SQL, made unique if they differ only by case or are names of
    /// Pile.</summary>
    internal static string[] SqlNames(PositionFrame frame, IEnumerable<ColumnSchema> columns)
    {
        HashSet<string> taken = new(["object_id", frame.Lon, frame.Lat], StringComparer.OrdinalIgnoreCase);
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
