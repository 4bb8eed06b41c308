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

    /// <summary>True to replace existing files, each when its new one is complete. Other files in the folder remain.</summary>
    public bool Replace { get; init; }

    /// <summary>Receives messages, such as characters of PNG that the font lacks; may be null.</summary>
    public Action<string>? OnMessage { get; init; }

    /// <summary>The folder that messages name if the files are moved to it later; null for the folder itself.</summary>
    internal string? FolderInMessages { get; init; }

    /// <summary>What to do about a row whose id is too long for the name of a file.</summary>
    internal string RemedyOfLongIds { get; init; } = "Write all rows to one file instead";
}
