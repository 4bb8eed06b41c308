using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

// What is at fault if a statement fails: the query, the dataset or the memory.
internal sealed partial class IndexQuery
{
    /// <summary>Translates an error into an <see cref="ArgumentException"/> if the query is at fault, and into an exception about the
    /// dataset otherwise.</summary>
    internal Exception Translate(Exception e)
    {
        if (FindDamage(e) is { } damage)
            return damage;
        if (e is DuckDbException rejected && PositionCheck.FindIn(rejected) is { } finding)
            return new DatasetInvalidException(store.Address, finding, "Run 'pile validate' for all findings", e);
        if (e is DuckDbException converted && dataset.Catalogue?.TileTypes.FindIn(converted, files) is { } value)
            return new DatasetInvalidException(store.Address, value, HatsTileTypes.NextStep, e);
        if (e is not DuckDbException { Error: string error, Type: DuckDbErrorType type } failure)
            return new DatasetInvalidException(store.Address, $"{dataset.IndexWords}: {e.Message}",
                "Run 'pile validate' for all findings", e);
        if (expressions.Count > 0 && type.IsOfExpression())
        {
            string? unknown = expressions.SelectMany(x => x.Executed.Names)
                .FirstOrDefault(n => view.FindOrNull(n) is null
                    && dataset.Manifest.Columns.All(c => !n.Equals(c.Nested, StringComparison.OrdinalIgnoreCase))
                    && view.Columns.All(c => !n.Equals(c.Stored?.Nested, StringComparison.OrdinalIgnoreCase)));
            string heading = string.Join("; ", expressions.Select(x => $"'{x.Given}'"));
            string hint = string.Concat(expressions.Select(x => SqlHint.Of(x.Given, error)).Distinct());
            return new ArgumentException(unknown is null ? $"{heading}: {failure.Reason}{hint}"
                : $"{heading}: {(hint.Length == 0 ? "" : $"{failure.Reason}{hint}. ")}"
                    + $"{view.Unknown(unknown, view.Columns.Where(c => !c.IsHeavy).Select(c => c.SqlName))}", e);
        }
        return (Exception?)TooLittleMemory.Of(e, store.Address)
            ?? new DatasetInvalidException(store.Address, $"{dataset.IndexWords} cannot be queried: {error.TrimEnd().Split('\n')[0]}",
                "Run 'pile validate' for all findings, then get the dataset again", e);
    }

    // A damaged page can cause any error in DuckDB.
    private DatasetInvalidException? FindDamage(Exception e)
    {
        if (verification is null || (e is DuckDbException error && error.Type.IsBeforeReading()))
            return null;
        try
        {
            verification.VerifyEverything(deciding);
            return null;
        }
        catch (DatasetInvalidException damage)
        {
            return damage;
        }
    }
}
