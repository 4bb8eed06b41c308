using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Json;

/// <summary>Splits JSON Lines into lines. A record has one field, the line without blanks around it.</summary>
internal sealed class JsonRecords(TablePath source) : TextRecords(source.OpenContent(), source.Given)
{
    private protected override string RemedyForLongRecords => "Distribute its values over several lines, or store them in another format";

    private protected override bool TrySplit(int start, out int after, out long lines)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        int length = bytes[start..].IndexOf((byte)'\n');
        (after, lines) = (length < 0 ? bytes.Length : start + length + 1, 1);
        if (length < 0 && !AtEnd)
            return false;
        int from = start, to = length < 0 ? bytes.Length : start + length;
        if (NextLine == 1 && bytes[from..to].StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            from += 3;
        while (from < to && bytes[from] is (byte)' ' or (byte)'\t' or (byte)'\r')
            from++;
        while (to > from && bytes[to - 1] is (byte)' ' or (byte)'\t' or (byte)'\r')
            to--;
        AddField(from, to, FieldForm.Plain);
        return true;
    }
}
