using System.Collections.Immutable;
using System.Text;
using System.Xml;

namespace Pile.Format;

/// <summary>Derives the names of columns in formats that restrict names.</summary>
internal static class ColumnNames
{
    /// <summary>The prefix of the index columns that locate pieces.</summary>
    public const string PiecePrefix = "_pile_";

    /// <summary>The order-29 HEALPix index of a row, the first column of every index tile.</summary>
    public const string Healpix29 = "_healpix_29";

    /// <summary>Returns whether the name is reserved for columns that the writer adds to the index (SCHEMA S2.2).</summary>
    public static bool IsReserved(string name) => name.StartsWith(PiecePrefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals(Healpix29, StringComparison.OrdinalIgnoreCase);

    /// <summary>The number of the shard of a row, in the order of <c>files.parquet</c>.</summary>
    public const string Source = "_pile_source";

    /// <summary>The row within that shard.</summary>
    public const string SourceRow = "_pile_source_row";

    /// <summary>The offset of a row's piece, in bytes from the start of its file.</summary>
    public static string PieceOffset(string sqlName) => $"{PiecePrefix}{sqlName}_offset";

    /// <summary>The size of the stored piece in bytes.</summary>
    public static string PieceSize(string sqlName) => $"{PiecePrefix}{sqlName}_size";

    /// <summary>The codec of the piece: a <see cref="PieceCodec"/>.</summary>
    public static string PieceCodec(string sqlName) => $"{PiecePrefix}{sqlName}_codec";

    /// <summary>The CRC-32C of the stored bytes.</summary>
    public static string PieceCrc32C(string sqlName) => $"{PiecePrefix}{sqlName}_crc32c";

    /// <summary>The shape of the decoded piece, for ragged columns of two axes or more. For columns in other files, the shape of a chunk
    /// with rows as the first axis.</summary>
    public static string PieceChunk(string sqlName) => $"{PiecePrefix}{sqlName}_chunk";

    /// <summary>The number of the file outside the dataset with the pieces of a row; of windows, one for each band.</summary>
    public static string PieceFile(string sqlName) => $"{PiecePrefix}{sqlName}_source";

    /// <summary>The number of the row's first element in its first piece, for columns in other files.</summary>
    public static string PieceFirst(string sqlName) => $"{PiecePrefix}{sqlName}_first";

    /// <summary>The number of each band of a window in its file, from 0.</summary>
    public static string WindowBand(string sqlName) => $"{PiecePrefix}{sqlName}_band";

    /// <summary>How many pixels of a window's value are as wide as one pixel of each band's file.</summary>
    public static string WindowFactor(string sqlName) => $"{PiecePrefix}{sqlName}_factor";

    /// <summary>Column, row, width and height of a window, in pixels of its value.</summary>
    public static string Window(string sqlName) => $"{PiecePrefix}{sqlName}_window";

    /// <summary>The companion column that is true for rows without a value.</summary>
    public static string IsNull(string name) => $"{name}_isnull";

    /// <summary>The companion column with the shape of each row.</summary>
    public static string Shape(string name) => $"{name}_shape";

    /// <summary>The maximum length of a column name, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Checks the name of a column: any Unicode text without NUL, of 1 to 1,024 bytes as UTF-8.</summary>
    /// <returns>What is wrong with it; null for a legal name.</returns>
    public static string? FindFault(string name) =>
        name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) ? "a name must not be empty and must not contain a NUL character"
        : HasLoneSurrogate(name) ? "a name must be valid Unicode; this one contains half of a surrogate pair"
        : Encoding.UTF8.GetByteCount(name) > MaxBytes
            ? $"a name must have at most {MaxBytes} bytes as UTF-8; this one has {Encoding.UTF8.GetByteCount(name)}"
        : null;

    /// <summary>Returns a column's name in FITS: printable ASCII is kept, any other name is percent-encoded as UTF-8
    /// (<see cref="ToFileName"/>).</summary>
    public static string ToFits(string name) => name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? ToFileName(name) : name;

    /// <summary>Returns a text for XML 1.0: characters that XML does not allow, such as U+001B, are percent-encoded as UTF-8.</summary>
    public static string ToXml(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
            return text;
        StringBuilder allowed = new(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
            if (rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value))
                allowed.Append(rune);
            else
                foreach (byte b in Encoding.UTF8.GetBytes(rune.ToString()))
                    allowed.Append('%').Append(b.ToString("X2"));
        return allowed.ToString();
    }

    /// <summary>Returns a column's name in HDF5, where <c>/</c> separates groups: <c>/</c> becomes
    /// <c>%2F</c>, <c>%</c> becomes <c>%25</c>, and a single <c>.</c> becomes <c>%2E</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty or contains a NUL, which HDF5 cannot store.</exception>
    public static string ToHdf5(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A column's name must not be empty and must not contain a NUL character.", nameof(name));
        return name == "." ? "%2E" : name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
    }

    /// <summary>Returns the column's name for a name in HDF5.</summary>
    public static string FromHdf5(string name) => name
        .Replace("%2E", ".", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%",
            StringComparison.Ordinal);

    /// <summary>Sets the index name of every column whose name equals another
    /// one if case is ignored, as in DuckDB and many tools.</summary>
    /// <remarks>Of names that differ only by case, the standard one is kept, otherwise an alias, otherwise the last in ordinal order (lower
    /// case). Every other becomes <c>native_&lt;name&gt;</c>, with underscores appended until it is unique.</remarks>
    /// <param name="columns">All stored columns.</param>
    /// <param name="aliasNames">Names computed at read time, which must not be used by columns.</param>
    public static ImmutableArray<ColumnSchema> WithIndexNames(IEnumerable<ColumnSchema> columns, IEnumerable<string> aliasNames)
    {
        ImmutableArray<ColumnSchema> all = [.. columns];
        HashSet<string> taken = new(aliasNames, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> indexNames = new(StringComparer.Ordinal);
        foreach (ColumnSchema column in all.OrderByDescending(c => c.Role).ThenByDescending(c => c.Name, StringComparer.Ordinal))
        {
            indexNames[column.Name] = taken.Add(column.Name) ? column.Name : Free(Native(column.Name), taken);
        }
        return [.. all.Select(c => c with { IndexName = indexNames[c.Name] == c.Name ? null : indexNames[c.Name] })];
    }

    /// <summary>Returns the name of a source's column whose own name has another meaning in the dataset.</summary>
    public static string Native(string name) => $"native_{name}";

    /// <summary>Returns a name with underscores appended until it is unique, and adds it to the names that are taken.</summary>
    public static string Free(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name += "_";
        return name;
    }

    /// <summary>Returns a text as part of a file name: unreserved characters
    /// are kept (RFC 3986), all others are percent-encoded as UTF-8.</summary>
    public static string ToFileName(string text)
    {
        StringBuilder encoded = new(text.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            _ = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~'
                ? encoded.Append((char)b) : encoded.Append('%').Append(b.ToString("X2"));
        // "." and ".." refer to folders.
        return encoded.ToString() switch { "." => "%2E", ".." => "%2E%2E", string name => name };
    }

    private static bool HasLoneSurrogate(string name)
    {
        for (int i = 0; i < name.Length; i++)
            if (char.IsSurrogate(name[i]) && (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[++i])))
                return true;
        return false;
    }
}
