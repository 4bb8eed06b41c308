using System.Text;
using System.Text.Unicode;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Text;

namespace Pile.Tables.Fixed;

/// <summary>Splits lines into fields at fixed characters. Blanks around a value are not part of it, and a short line has empty fields at
/// its end. The exponent letter D of FORTRAN, which a field of numbers may have, becomes E.</summary>
/// <remarks>The formats are of ASCII. Programs that write other text, such as astropy, align characters and not bytes.</remarks>
internal sealed class FixedRecords(Stream stream, FixedField[] fields, string path) : TextRecords(stream, path)
{
    private protected override bool TrySplit(int start, out int after, out long lines)
    {
        Span<byte> bytes = Bytes;
        int length = bytes[start..].IndexOf((byte)'\n');
        (after, lines) = (length < 0 ? bytes.Length : start + length + 1, 1);
        if (length < 0 && !AtEnd)
            return false;
        int end = length < 0 ? bytes.Length : start + length;
        if (bytes[start..end].Trim(" \t\r"u8).IsEmpty)
            return true; // a blank line has no field
        ReadOnlySpan<byte> line = bytes[start..end];
        bool isWide = !Ascii.IsValid(line) && Utf8.IsValid(line);
        foreach (FixedField field in fields)
        {
            int from = start + At(line, field.Start), to = start + At(line, field.End);
            if ((field.FollowsBar || (isWide && IsGap(field.Start - 1))) && At(line, field.Start - 1) is var before
                && before < line.Length && line[before] is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
                throw field.FollowsBar
                    ? new SourceUnreadableException(Path,
                        $"line {NextLine}: a value is below the bar before column '{field.Name}' (character {field.Start})",
                        "Move the bars of the header between the columns")
                    : new SourceUnreadableException(Path,
                        $"line {NextLine}: a value is before column '{field.Name}' (character {field.Start}), outside the columns",
                        "Correct the positions: characters are counted, not bytes");
            while (from < to && bytes[from] is (byte)' ' or (byte)'\t')
                from++;
            while (to > from && bytes[to - 1] is (byte)' ' or (byte)'\t' or (byte)'\r')
                to--;
            if (field.Kind is FieldKind.Number)
                UseLetterE(bytes[from..to]);
            AddField(from, to, FieldForm.Plain);
        }
        return true;

        // The byte at which a character begins; the length of the line if it has fewer.
        int At(ReadOnlySpan<byte> line, int character)
        {
            if (!isWide)
                return Math.Min(character, line.Length);
            for (int i = 0; i < line.Length; i++)
                if ((line[i] & 0xC0) != 0x80 && character-- == 0)
                    return i;
            return line.Length;
        }
    }

    private static void UseLetterE(Span<byte> number)
    {
        int at = number.IndexOfAny((byte)'D', (byte)'d');
        if (at <= 0)
            return;
        byte letter = number[at];
        number[at] = (byte)'E';
        if (!CellText.TryParse(number, out double _))
            number[at] = letter;
    }

    private bool IsGap(int character) => character >= 0 && !Array.Exists(fields, f => f.Start <= character && character < f.End);
}
