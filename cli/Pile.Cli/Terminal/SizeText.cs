using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Formats numbers of bytes for people.</summary>
internal static class SizeText
{
    /// <summary>Returns a size in kB, MB or GB (powers of 1000).</summary>
    internal static string Of(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
    };
}
