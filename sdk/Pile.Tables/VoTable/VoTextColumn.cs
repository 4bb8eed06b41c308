using System.Text;
using System.Text.Unicode;
using Pile.Tables.Batches;

namespace Pile.Tables.VoTable;

/// <summary>A field of characters: one string in each cell, or several of equal length.</summary>
internal sealed class VoTextColumn(VoField field, TextColumnBuilder builder) : VoColumn(field)
{
    private readonly int strings = field.IsList ? 0 : field.Shape.Aggregate(1, (product, length) => product * length);

    internal override void AddNull() => builder.AddNull();

    internal override bool TryAddText(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            AddNull();
        else if (strings == 1)
            builder.Add(utf8);
        else
            AddParts(Encoding.UTF8.GetString(utf8));
        return true;
    }

    internal override bool TryAddBinary(ReadOnlySpan<byte> bytes, int count, bool isNull)
    {
        if (isNull)
        {
            AddNull();
            return true;
        }
        string? decoded = Field.Datatype is VoDatatype.UnicodeChar ? Encoding.BigEndianUnicode.GetString(bytes)
            : Utf8.IsValid(bytes) ? null : Encoding.Latin1.GetString(bytes); // the standard only allows ASCII, but real files use both
        if (strings != 1)
        {
            AddParts(decoded ?? Encoding.UTF8.GetString(bytes));
            return true;
        }
        ReadOnlySpan<byte> utf8 = decoded is null ? bytes : Encoding.UTF8.GetBytes(decoded);
        int end = utf8.IndexOf((byte)0);
        ReadOnlySpan<byte> value = end < 0 ? utf8 : utf8[..end];
        if (!value.IsEmpty || !builder.Schema.Nullable)
            return TryAddText(value);
        builder.Add(value); // BINARY2 flags missing values, so that an empty text is a value
        return true;
    }

    private void AddParts(string text)
    {
        int length = Field.Characters, count = strings > 0 ? strings : (text.Length + length - 1) / length;
        if (strings == 0)
            builder.AddRow(count);
        for (int i = 0; i < count; i++)
        {
            int start = Math.Min(i * length, text.Length);
            string part = text[start..Math.Min(start + length, text.Length)].TrimEnd('\0', ' ');
            builder.Add(Encoding.UTF8.GetBytes(part));
        }
    }
}
