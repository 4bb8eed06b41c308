using Pile.Format;
using Pile.Tables.Text;

namespace Pile.Tables.Fixed;

/// <summary>Splits lines into fields at fixed bytes. Blanks around a value are not part of it, and a short line has empty fields at its
/// end.</summary>
internal sealed class FixedRecords(Stream stream, FixedField[] fields, string path) : TextRecords(stream, path)
{
    private protected override bool TrySplit(int start, out int after, out long lines)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        int length = bytes[start..].IndexOf((byte)'\n');
        (after, lines) = (length < 0 ? bytes.Length : start + length + 1, 1);
        if (length < 0 && !AtEnd)
            return false;
        int end = length < 0 ? bytes.Length : start + length;
        if (bytes[start..end].Trim(" \t\r"u8).IsEmpty)
            return true; // a blank line has no field
        foreach (FixedField field in fields)
        {
            int from = Math.Min(start + field.Start, end), to = Math.Min(start + field.End, end);
            if (field.FollowsBar && start + field.Start <= end
                && bytes[start + field.Start - 1] is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
                throw new SourceUnreadableException(Path,
                    $"line {NextLine}: a value is below the bar before column '{field.Name}' (byte {field.Start})",
                    "Move the bars of the header between the columns");
            while (from < to && bytes[from] is (byte)' ' or (byte)'\t')
                from++;
            while (to > from && bytes[to - 1] is (byte)' ' or (byte)'\t' or (byte)'\r')
                to--;
            AddField(from, to, FieldForm.Plain);
        }
        return true;
    }
}
