using Pile.Drawing;

namespace Pile.Publishing;

/// <summary>How rows are written to files.</summary>
public sealed record RowFileOptions
{
    /// <summary>The format of every file.</summary>
    public RowFileFormat Format { get; init; } = RowFileFormat.Npy;

    /// <summary>The curve from flux to brightness, for PNG.</summary>
    public StretchCurve Stretch { get; init; } = StretchCurve.Asinh;

    /// <summary>The bands of a colour composite, for PNG; null takes the first, the middle and the last band as blue, green and red, and
    /// draws a single band in gray.</summary>
    public (string Red, string Green, string Blue)? Rgb { get; init; }

    /// <summary>True when the rows are read in the native view, where aliases are not columns.</summary>
    public bool Native { get; init; }
}
