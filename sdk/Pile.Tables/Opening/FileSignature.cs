using Pile.Format;
using Pile.Tables.Arrow;
using Pile.Tables.Fixed;

namespace Pile.Tables.Opening;

/// <summary>Checks a file's first bytes, so that a renamed file is reported as such.</summary>
internal static class FileSignature
{
    private const int SignatureBytes = 1 << 14;

    /// <summary>Returns the format to read a file in.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, empty, or has another format than its extension.</exception>
    internal static TableFormat Require(TablePath path)
    {
        ReadOnlySpan<byte> bytes = HeadOf(path);
        if (bytes.IsEmpty)
            throw path.Format is TableFormat.JsonLines
                ? new SourceUnreadableException(path.Given, "the file is empty, and without rows JSON Lines have no columns",
                    "Write tables that may have no rows in another format")
                : new SourceUnreadableException(path.Given, "the file is empty", "Fetch it again");

        (TableFormat? found, string kind) = path.Format is TableFormat.JsonLines && JsonSignature.OtherJson(bytes, path) is { } other
            ? (null, other) : path.Format is TableFormat.VoTable && IsUtf16Xml(bytes) ? (TableFormat.VoTable, "XML")
            : Recognize(bytes, path);
        // The first line of JSON Lines may be invalid, and is then reported as such.
        if (found is { } format && (format == path.Format || (IsText(format) && IsText(path.Format))
            || (format is TableFormat.Csv && path.Format is TableFormat.JsonLines)))
            return FormatOf(format, path.Format);
        throw new SourceUnreadableException(path.Given, $"its content is not {NameOf(path.Format)}: it seems to be {kind}",
            found is null ? "Use a table, or fetch the file again"
                : found is TableFormat.JsonLines && kind != NameOf(TableFormat.JsonLines) ? "Use the converted file"
                : "Rename it to the extension of its format");
    }

    /// <summary>Returns the format that a file's first bytes declare; null for plain text, which has none, and for other content.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, or is damaged gzip.</exception>
    internal static TableFormat? Detect(string file)
    {
        ReadOnlySpan<byte> bytes = HeadOf(new TablePath(file, file, null, TableFormat.Csv));
        return bytes.IsEmpty || Recognize(bytes, null).Format is not { } format || format is TableFormat.Csv ? null : format;
    }

    private static ReadOnlySpan<byte> HeadOf(TablePath path)
    {
        byte[] head = new byte[SignatureBytes];
        try
        {
            using Stream content = path.OpenContent();
            return head.AsSpan(0, content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        }
        catch (InvalidDataException e)
        {
            throw path.Broken(e);
        }
    }

    private static (TableFormat? Format, string Kind) Recognize(ReadOnlySpan<byte> bytes, TablePath? path)
    {
        ReadOnlySpan<byte> text = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;
        ReadOnlySpan<byte> trimmed = text.TrimStart(" \t\r\n"u8);
        if (bytes.StartsWith("SIMPLE  ="u8))
            return (TableFormat.Fits, "FITS");
        if (bytes.StartsWith("PAR1"u8))
            return (TableFormat.Parquet, "Parquet");
        if (bytes.StartsWith(ArrowIndex.Magic) || bytes is [0xFF, 0xFF, 0xFF, 0xFF, ..])
            return (TableFormat.Arrow, "Arrow");
        if (bytes.StartsWith(ArrowIndex.FeatherMagic))
            return (TableFormat.Arrow, "Feather");
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return (null, "HDF5");
        if (bytes.StartsWith("Obj\x1"u8))
            return (null, $"Avro, which is not supported ({char.ToLowerInvariant(TablePath.AvroRemedy[0])}{TablePath.AvroRemedy[1..]})");
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
        if (text is [(byte)'|' or (byte)'\\', ..] && text.IndexOf("\n|"u8) is var bar && (bar >= 0 || text[0] == (byte)'|')
            && text[(bar + 1)..] is var header && header[..Math.Max(header.IndexOf((byte)'\n'), 0)].TrimEnd(" \r"u8).EndsWith("|"u8))
            return (TableFormat.Ipac, "an IPAC table");
        if (JsonSignature.IsObject(trimmed) || JsonSignature.IsArrayOfObjects(trimmed))
            return (TableFormat.JsonLines, JsonSignature.OtherJson(trimmed, path) ?? NameOf(TableFormat.JsonLines));
        if (MrtHeader.IsIn(text))
            return (TableFormat.Mrt, "a machine-readable table (MRT)");
        if (text.IndexOf("\nVARLIST"u8) is > 0 and int list && text[list..].IndexOf("\nOBS:"u8) > 0)
            return (null, "a light curve in SNANA's text format (the builder 'snana' reads it)");
        return (TableFormat.Csv, "plain text");
    }

    // The XML reader finds the encoding by the byte-order mark.
    private static bool IsUtf16Xml(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xFE, (byte)'<', 0, ..] or [0xFE, 0xFF, 0, (byte)'<', ..];

    // A header of ECSV counts in every text file, one of IPAC or MRT not in CSV and TSV. Other programs than IPAC's write .tbl files too.
    private static TableFormat FormatOf(TableFormat found, TableFormat named) => found switch
    {
        TableFormat.Csv => named is TableFormat.Ipac ? TableFormat.Ascii : named,
        TableFormat.Ipac or TableFormat.Mrt when named is TableFormat.Csv or TableFormat.Tsv => named,
        _ => found,
    };

    private static bool IsText(TableFormat format) =>
        format is TableFormat.Csv or TableFormat.Tsv or TableFormat.Ascii or TableFormat.Ipac or TableFormat.Mrt or TableFormat.Ecsv;

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);

    private static string NameOf(TableFormat format) => format switch
    {
        TableFormat.Csv => "CSV",
        TableFormat.Tsv => "tab-separated text",
        TableFormat.Ascii => "a text table",
        TableFormat.Ipac => "an IPAC table",
        TableFormat.Mrt => "a machine-readable table (MRT)",
        TableFormat.Ecsv => "ECSV",
        TableFormat.JsonLines => "JSON Lines",
        TableFormat.Fits => "FITS",
        TableFormat.VoTable => "VOTable",
        TableFormat.Arrow => "Arrow",
        _ => "Parquet",
    };
}
