using System.Globalization;
using System.Text;

namespace Pile.Adopting;

/// <summary>The records of pax headers (POSIX.1-2001) that matter for locating members: path, size and time of the last change, of the
/// next member or of all that follow.</summary>
internal sealed class PaxRecords
{
    private byte[]? path, sparseName;
    private bool isSparse;

    /// <summary>The path of the next member; null to use its header.</summary>
    /// <remarks>GNU tar gives a sparse file the path of a placeholder, <c>GNUSparseFile.PID/name</c>, and its own in another record.
    /// </remarks>
    internal byte[]? Path => sparseName ?? path;

    /// <summary>The size of the next member; null to use its header.</summary>
    internal long? Size { get; private set; }

    /// <summary>The time of the last change of the next member in microseconds; null to use its header.</summary>
    internal long? ModifiedMicros { get; private set; }

    /// <summary>True if the next member is a sparse file, whose content is stored in parts.</summary>
    internal bool IsSparse => isSparse;

    /// <summary>Returns records that the records of another header replace.</summary>
    internal PaxRecords Copy() => (PaxRecords)MemberwiseClone();

    /// <summary>Adds the records of a header.</summary>
    /// <param name="data">The content of the header: <c>length key=value\n</c> for each record.</param>
    /// <returns>What is wrong with them; null if they are valid.</returns>
    internal string? Add(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && data[0] != 0)
        {
            int blank = data.IndexOf((byte)' ');
            if (blank is < 1 or > 9 || !int.TryParse(data[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length < blank + 3 || length > data.Length || data[length - 1] != (byte)'\n')
                return "a record does not have the length that it states";
            ReadOnlySpan<byte> record = data[(blank + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
                return "a record has no key";
            if (!Set(record[..equals], record[(equals + 1)..]))
                return $"the record '{Encoding.UTF8.GetString(record[..equals])}' has an invalid value";
            data = data[length..];
        }
        return null;
    }

    // An empty value removes the record.
    private bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith("GNU.sparse."u8))
        {
            isSparse = true;
            if (key.SequenceEqual("GNU.sparse.name"u8))
                sparseName = value.IsEmpty ? null : value.ToArray();
        }
        else if (key.SequenceEqual("path"u8))
            path = value.IsEmpty ? null : value.ToArray();
        else if (key.SequenceEqual("size"u8))
        {
            if (!value.IsEmpty && !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return false;
            Size = value.IsEmpty ? null : long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else if (key.SequenceEqual("mtime"u8))
        {
            if (!value.IsEmpty && !TryMicros(value, out _))
                return false;
            ModifiedMicros = !value.IsEmpty && TryMicros(value, out long micros) ? micros : null;
        }
        return true;
    }

    // Seconds with a fraction, negative before 1970.
    private static bool TryMicros(ReadOnlySpan<byte> text, out long micros)
    {
        bool isValid = decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal seconds) && Math.Abs(seconds) < 9e12m;
        micros = isValid ? (long)decimal.Floor(seconds * 1_000_000) : 0;
        return isValid;
    }
}
