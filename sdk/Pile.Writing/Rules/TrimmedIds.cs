using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Rules;

/// <summary>Text ids have no trailing blanks, which are removed, and are not empty.</summary>
internal sealed class TrimmedIds : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place) =>
        batch[StandardColumns.ObjectId] is TextColumnData ids && AnyToTrim(ids)
            ? new RowBatch(batch.Columns.Select(c => ReferenceEquals(c, ids) ? Trimmed(ids, place) : c)) : batch;

    private static bool AnyToTrim(TextColumnData ids)
    {
        bool any = false;
        for (int row = 0; row < ids.RowCount; row++)
        {
            ReadOnlySpan<byte> id = ids.Element(row);
            any |= id.Length == 0 || id[^1] == (byte)' ';
        }
        return any;
    }

    private static TextColumnData Trimmed(TextColumnData ids, BatchPlace place)
    {
        byte[] utf8 = new byte[ids.Utf8.Length];
        int[] starts = new int[ids.RowCount + 1];
        for (int row = 0; row < ids.RowCount; row++)
        {
            ReadOnlySpan<byte> id = ids.Element(row).TrimEnd((byte)' ');
            if (id.IsEmpty)
                throw place.Invalid(row, StandardColumns.ObjectId, "an empty text", "the name of an observation", BatchRules.Remedy);
            id.CopyTo(utf8.AsSpan(starts[row]));
            starts[row + 1] = starts[row] + id.Length;
        }
        return new TextColumnData(ids.Schema, utf8.AsMemory(0, starts[^1]), starts);
    }
}
