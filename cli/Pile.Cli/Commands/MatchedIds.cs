using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>Reads the ids of one side of a match table.</summary>
internal static class MatchedIds
{
    private const int ComparedIds = 1000;

    /// <summary>Returns the ids of one side, without duplicates, in the order of the table.</summary>
    internal static Task<List<ObjectId>> ReadAsync(Dataset dataset, string path, string side, CancellationToken cancellationToken) =>
        ReadAsync(dataset, path, side, int.MaxValue, cancellationToken);

    private static async Task<List<ObjectId>> ReadAsync(Dataset dataset, string path, string side, int most,
        CancellationToken cancellationToken)
    {
        await using ITableReader table =
            await TableReader.OpenAsync(InputFile.Require(path, "The table of matches"), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        string column = $"{side}_object_id";
        HashSet<ObjectId> seen = [];
        List<ObjectId> ids = [];
        await foreach (RowBatch batch in table.ReadAsync([column], cancellationToken: cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
            {
                ColumnData data = batch.Columns[0];
                if (data.IsNullAt(row))
                    continue;
                // A CSV file does not distinguish the integer 8262056783037880320 from the text; the dataset defines the type of its ids.
                ObjectId id = dataset.ParseId(data is TextColumnData text ? text.Text(row) : CellText.Of(data, row));
                if (seen.Add(id))
                    ids.Add(id);
                if (ids.Count == most)
                    return ids;
            }
        return ids;
    }

    /// <summary>Returns the side whose ids the dataset has: a or b.</summary>
    /// <exception cref="UsageException">It has the ids of both sides, or of none.</exception>
    internal static async Task<string> SideOfAsync(Dataset dataset, string path, CancellationToken cancellationToken)
    {
        List<string> found = [];
        foreach (string side in (string[])["a", "b"])
            if (await HasIdsAsync(side).ConfigureAwait(false))
                found.Add(side);
        if (found.Count == 0) // for the error of a table without ids, or with others
            await ReadAsync(dataset, path, "a", ComparedIds, cancellationToken).ConfigureAwait(false);
        return found.Count == 1 ? found[0] : throw new UsageException("--matches requires --side a or --side b: "
            + $"'{dataset.Address}' has the ids of {(found.Count == 2 ? "both sides" : "neither side")} of {path}.");

        async Task<bool> HasIdsAsync(string side)
        {
            try
            {
                List<ObjectId> some = await ReadAsync(dataset, path, side, ComparedIds, cancellationToken).ConfigureAwait(false);
                return some.Count > 0
                    && await dataset.CountAsync(dataset.Query().Ids(some), cancellationToken).ConfigureAwait(false) == some.Count;
            }
            catch (ArgumentException)
            {
                return false; // ids of another type
            }
        }
    }
}
