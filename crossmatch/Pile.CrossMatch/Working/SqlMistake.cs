using Pile.DuckDb;

namespace Pile.CrossMatch;

/// <summary>Errors of DuckDB that are caused by a user's expression.</summary>
internal static class SqlMistake
{
    internal static bool Is(DuckDbException e) => e.Type.IsOfExpression();

    /// <summary>Returns the error, with the available columns.</summary>
    internal static ArgumentException Of(string expression, DuckDbException e, IEnumerable<MatchSide> sides)
    {
        string columns = string.Join("; ",
            sides.Distinct().Select(side => $"{side.Name} has "
                + $"{string.Join(", ", side.Columns.Take(20).Select(c => c.SqlName))}{(side.Columns.Length > 20 ? " …" : "")}"));
        return new ArgumentException($"'{expression}': {e.Reason}. {columns}.{SqlHint.Of(expression, e.Error)}", e);
    }
}
