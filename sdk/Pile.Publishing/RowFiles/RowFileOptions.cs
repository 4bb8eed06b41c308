using Pile.Drawing;

namespace Pile.Publishing;

/// <summary>The options for writing rows to files.</summary>
public sealed record RowFileOptions
{
    /// <summary>The format of every file.</summary>
    public RowFileFormat Format { get; init; } = RowFileFormat.Npy;

    /// <summary>The curve from flux to brightness, for PNG.</summary>
    public StretchCurve Stretch { get; init; } = StretchCurve.Asinh;

    /// <summary>The bands of a colour composite, for PNG. Null uses the first, the middle
    /// and the last band as blue, green and red, and draws a single band in gray.</summary>
    public (string Red, string Green, string Blue)? Rgb { get; init; }

    /// <summary>True if the rows are read in the native view, which has no aliases.</summary>
    public bool Native { get; init; }
}
