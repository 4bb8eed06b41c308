using System.Globalization;

namespace Pile.Format;

/// <summary>Parses sizes with units: <c>256MB</c>, <c>2GiB</c>, <c>1G</c>, <c>1000</c>.</summary>
internal static class ByteSize
{
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40),
    ];

    /// <summary>Parses a size. A number without a unit is in bytes; kB is 1000 bytes; KiB and K are 1024, as in GNU coreutils.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        ReadOnlySpan<char> number = text.AsSpan().Trim();
        long factor = 1;
        foreach ((string suffix, long value) in Units)
            if (number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^suffix.Length].TrimEnd();
                factor = value;
                break;
            }
        bool valid = decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            && amount <= long.MaxValue / factor;
        bytes = valid ? (long)(amount * factor) : 0;
        return valid;
    }
}
