using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>Counts the differences of rows, keeps a few examples, and makes the list of all of them if it is requested.</summary>
/// <param name="columns">The compared columns.</param>
/// <param name="isListing">True if all differences are listed.</param>
/// <param name="idType">The type of the ids in the list.</param>
internal sealed class RowChanges(ComparedColumns columns, bool isListing, DType idType)
{
    private const int MostUnread = 4096, MostListed = 10 * 1024;

    private readonly long[] counts = new long[3], changedByColumn = new long[columns.All.Length];
    private readonly List<RowExample> examples = [];
    private readonly List<RowPair> pending = [], listed = [];
    private long unchanged;
    private int unread;

    /// <summary>True if rows should be settled and taken before more are added.</summary>
    internal bool IsFull => unread >= MostUnread || pending.Count >= MostListed;

    /// <summary>The rows in the order in which they were found, some with heavy values to read.</summary>
    internal IReadOnlyList<RowPair> Pending => pending;

    internal void AddUnchanged(int rows) => unchanged += rows;

    internal void Add(ObjectId id, RowChange change) => Add(new RowPair(id, -1, -1, [], []) { Change = change });

    internal void Add(RowPair row)
    {
        pending.Add(row);
        unread += row.Unread.Count > 0 ? 1 : 0;
    }

    /// <summary>Counts the pending rows, whose heavy values have been read.</summary>
    internal void Settle()
    {
        foreach (RowPair row in pending)
        {
            if (row.Change == RowChange.Changed && row.Changed.Count == 0)
            {
                unchanged++;
                continue;
            }
            foreach (int column in row.Changed)
                changedByColumn[column]++;
            if (counts[(int)row.Change]++ < RowSummary.MaxExamples)
                examples.Add(new RowExample(row.Id, row.Change, NamesOf(row)));
            if (isListing)
                listed.Add(row);
        }
        pending.Clear();
        unread = 0;
    }

    /// <summary>Returns the differences that were settled since the last call as rows of a table.</summary>
    internal RowBatch Take()
    {
        ColumnSchema id = new() { Name = ComparedColumns.ObjectId, DType = idType, Description = "The row." };
        RowBatch batch = new([
            idType == DType.String ? TextColumnData.From(id, [.. listed.Select(r => r.Id.ToString())])
                : new ColumnData<long>(id, listed.Select(r => r.Id.Number).ToArray(), listed.Count),
            Text("change", "added, removed or changed.", r => WordOf(r.Change)),
            Text("columns", "The columns in which the row differs, separated by commas.",
                r => string.Join(',', NamesOf(r).Select(Quoted)))]);
        listed.Clear();
        return batch;
    }

    internal RowSummary Finish() => new(counts[(int)RowChange.Added], counts[(int)RowChange.Removed], counts[(int)RowChange.Changed],
        unchanged)
    {
        ChangedByColumn = [.. columns.All.Where(c => changedByColumn[c.Index] > 0)
            .Select(c => new KeyValuePair<string, long>(c.Name, changedByColumn[c.Index]))],
        Examples = [.. examples.OrderBy(e => e.Change)],
    };

    internal static string WordOf(RowChange change) => change switch
    {
        RowChange.Added => "added",
        RowChange.Removed => "removed",
        _ => "changed",
    };

    private TextColumnData Text(string name, string description, Func<RowPair, string> text) =>
        TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String, Description = description }, [.. listed.Select(text)]);

    private ImmutableArray<string> NamesOf(RowPair row) => [.. row.Changed.Order().Select(c => columns.All[c].Name)];

    // As the command line reads lists of columns.
    private static string Quoted(string name) => name.AsSpan().ContainsAny(',', '"')
        ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
