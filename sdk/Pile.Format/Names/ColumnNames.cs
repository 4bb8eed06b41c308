using System.Collections.Immutable;
using System.Text;
using System.Xml;

namespace Pile.Format;

/// <summary>How the names of columns are written where not every name is legal.</summary>
internal static class ColumnNames
{
    /// <summary>The prefix of the index columns that say where pieces lie.</summary>
    public const string PiecePrefix = "_pile_";

    /// <summary>The order-29 HEALPix index of a row, the first column of every index tile.</summary>
    public const string Healpix29 = "_healpix_29";

    /// <summary>The number of the shard that holds a row, as <c>files.parquet</c> counts them.</summary>
    public const string Source = "_pile_source";

    /// <summary>The row within that shard.</summary>
    public const string SourceRow = "_pile_source_row";

    /// <summary>Where the piece of a row begins, in bytes from the start of its file.</summary>
    public static string PieceOffset(string sqlName) => $"{PiecePrefix}{sqlName}_offset";

    /// <summary>How many bytes of the file the piece takes.</summary>
    public static string PieceSize(string sqlName) => $"{PiecePrefix}{sqlName}_size";

    /// <summary>How those bytes are stored: a <see cref="PieceCodec"/>.</summary>
    public static string PieceCodec(string sqlName) => $"{PiecePrefix}{sqlName}_codec";

    /// <summary>CRC-32C of the stored bytes.</summary>
    public static string PieceCrc32C(string sqlName) => $"{PiecePrefix}{sqlName}_crc32c";

    /// <summary>The shape of the piece once decoded, for ragged columns of two axes or more.</summary>
    public static string PieceChunk(string sqlName) => $"{PiecePrefix}{sqlName}_chunk";

    /// <summary>The companion that is true where a row has no value.</summary>
    public static string IsNull(string name) => $"{name}_isnull";

    /// <summary>The companion that holds each row's own shape.</summary>
    public static string Shape(string name) => $"{name}_shape";

    /// <summary>The longest name of a column, in bytes of UTF-8.</summary>
    public const int LongestBytes = 1024;

    /// <summary>Checks the name of a column: any text of Unicode, without NUL, of 1 to 1,024 bytes as UTF-8.</summary>
    /// <returns>What is wrong with it; null for a legal name.</returns>
    public static string? FindFault(string name) =>
        name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) ? "a name may not be empty and may not hold a NUL character"
        : HasLoneSurrogate(name) ? "a name is text of Unicode; this one holds half of a surrogate pair"
        : Encoding.UTF8.GetByteCount(name) > LongestBytes
            ? $"a name has at most {LongestBytes} bytes as UTF-8; this one has {Encoding.UTF8.GetByteCount(name)}"
        : null;

    /// <summary>A column's name in FITS: printable ASCII stays, any other name is percent-encoded as UTF-8
    /// (<see cref="ToFileName"/>).</summary>
    public static string ToFits(string name) => name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? ToFileName(name) : name;

    /// <summary>A name or another text in XML 1.0: characters that XML does not allow, such as U+001B, are percent-encoded as
    /// UTF-8.</summary>
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

    /// <summary>A column's name as a name in HDF5: <c>/</c> separates groups there, so it becomes <c>%2F</c>, and <c>%</c> <c>%25</c>; a
    /// lone <c>.</c> becomes <c>%2E</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds a NUL, which HDF5 cannot store.</exception>
    public static string ToHdf5(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A column's name may not be empty and may not hold a NUL character.", nameof(name));
        return name == "." ? "%2E" : name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
    }

    /// <summary>The column's name behind a name in HDF5.</summary>
    public static string FromHdf5(string name) => name
        .Replace("%2E", ".", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%",
            StringComparison.Ordinal);

    /// <summary>Gives an index name to every column whose name meets another one when case is ignored, as DuckDB and many tools
    /// do.</summary>
    /// <remarks>Of two names that differ by case alone the standard one keeps its name, else an alias, else the first in ordinal order
    /// from the end (lower case); every other becomes <c>native_&lt;name&gt;</c>, with underscores appended until it is free.</remarks>
    /// <param name="columns">All stored columns.</param>
    /// <param name="aliasNames">Names that are made at read time and must stay free in SQL.</param>
    public static ImmutableArray<ColumnSchema> WithIndexNames(IEnumerable<ColumnSchema> columns, IEnumerable<string> aliasNames)
    {
        ImmutableArray<ColumnSchema> all = [.. columns];
        HashSet<string> taken = new(aliasNames, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> indexNames = new(StringComparer.Ordinal);
        foreach (ColumnSchema column in all.OrderByDescending(c => c.Role).ThenByDescending(c => c.Name, StringComparer.Ordinal))
        {
            string name = column.Name;
            if (!taken.Add(name))
            {
                name = $"native_{name}";
                while (!taken.Add(name))
                    name += "_";
            }
            indexNames[column.Name] = name;
        }
        return [.. all.Select(c => c with { IndexName = indexNames[c.Name] == c.Name ? null : indexNames[c.Name] })];
    }

    /// <summary>A text as part of a file's name: unreserved characters stay (RFC 3986), all others are percent-encoded as UTF-8.</summary>
    public static string ToFileName(string text)
    {
        StringBuilder encoded = new(text.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            _ = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~'
                ? encoded.Append((char)b) : encoded.Append('%').Append(b.ToString("X2"));
        // "." and ".." are folders.
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
