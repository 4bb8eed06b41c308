using Pile.Format;

namespace Pile.Tables.Opening;

/// <summary>Checks a file's first bytes, so that a renamed file is reported as such.</summary>
internal static class FileSignature
{
    private const int SignatureBytes = 4096;

    /// <summary>Returns the format to read a file in.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, empty, or has another format than its extension.</exception>
    internal static TableFormat Require(TablePath path)
    {
        byte[] head = new byte[SignatureBytes];
        int length;
        try
        {
            using Stream content = path.OpenContent();
            length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw path.Broken(e);
        }
        ReadOnlySpan<byte> bytes = head.AsSpan(0, length);
        if (bytes.IsEmpty)
            throw new SourceUnreadableException(path.Given, "the file is empty", "Fetch it again");

        (TableFormat? found, string kind) = Recognize(bytes);
        if (found == path.Format || (found is TableFormat.Ecsv && path.Format is TableFormat.Csv))
            return found.Value;
        throw new SourceUnreadableException(path.Given, $"its content is not {NameOf(path.Format)}: it seems to be {kind}",
            found is null ? "Use a table, or fetch the file again" : "Rename it to the extension of its format");
    }

    private static (TableFormat? Format, string Kind) Recognize(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;
        ReadOnlySpan<byte> trimmed = text.TrimStart(" \t\r\n"u8);
        if (bytes.StartsWith("SIMPLE  ="u8))
            return (TableFormat.Fits, "FITS");
        if (bytes.StartsWith("PAR1"u8))
            return (TableFormat.Parquet, "Parquet");
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return (null, "HDF5");
        if (bytes.StartsWith("%PDF"u8))
            return (null, "a PDF document");
        if (bytes.StartsWith("PK\x3\x4"u8))
            return (null, "a ZIP archive");
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return (null, "text in UTF-16 (convert it: iconv -f UTF-16 -t UTF-8)");
        if (bytes.Contains((byte)0))
            return (null, "binary data of an unknown kind");
        if (StartsWithIgnoringCase(trimmed, "<!doctype html"u8) || StartsWithIgnoringCase(trimmed, "<html"u8))
            return (null, "a web page (an error message of a server?)");
        if (trimmed is [(byte)'<', ..])
            return (TableFormat.VoTable, "XML");
        if (text.StartsWith("# %ECSV"u8))
            return (TableFormat.Ecsv, "ECSV");
        return (TableFormat.Csv, "plain text");
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);

    private static string NameOf(TableFormat format) => format switch
    {
        TableFormat.Csv => "CSV",
        TableFormat.Ecsv => "ECSV",
        TableFormat.Fits => "FITS",
        TableFormat.VoTable => "VOTable",
        _ => "Parquet",
    };
}
