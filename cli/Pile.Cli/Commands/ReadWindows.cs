using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The options <c>--channels</c> and <c>--box</c> of <c>pile read</c>.</summary>
internal static class ReadWindows
{
    /// <summary>Returns the windows of the options.</summary>
    /// <exception cref="UsageException">An option is not a range.</exception>
    internal static IEnumerable<AxisWindow> Of(string? channels, string? box)
    {
        if (channels is not null)
            yield return Range("lambda", channels, "--channels", channels);
        if (box is null)
            yield break;
        if (box.Split(',') is not [var x, var y])
            throw new UsageException($"--box {box}: expected two ranges, for example 30:40,25:35.");
        yield return Range("x", x, "--box", box);
        yield return Range("y", y, "--box", box);
    }

    /// <summary>Requires that a column has each of the axes.</summary>
    /// <exception cref="UsageException">No column has channels, or pixels.</exception>
    internal static void Require(IEnumerable<AxisWindow> windows, RowReader rows, IEnumerable<string> columns)
    {
        foreach (AxisWindow window in windows)
            if (!rows.HasAxis(window.Axis))
                throw new UsageException($"{(window.Axis == "lambda" ? "--channels is for cubes and spectra" : "--box is for images and "
                    + "cubes")}; of {string.Join(", ", columns)}, no column has such an axis. Remove the option, or choose other columns.");
    }

    private static AxisWindow Range(string axis, string range, string option, string text) =>
        range.Split(':') is [var first, var end] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int start)
            && int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out int stop) && stop > start
            ? new(axis, start, stop - start)
            : throw new UsageException($"{option} {text}: expected a range such as 100:200, whose end is larger than its start.");
}
