using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>Reads the ids of one side of a match table.</summary>
internal static class MatchedIds
{
    /// <summary>Returns the ids of one side, without duplicates, in the order of the table.</summary>
    internal static async Task<List<ObjectId>> ReadAsync(Dataset dataset, string path, string side, CancellationToken cancellationToken)
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
            }
        return ids;
    }
}
