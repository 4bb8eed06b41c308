namespace Pile.Rasters;

/// <summary>The transform of rows before compression, with its number in the TIFF tag Predictor.</summary>
internal enum RasterPredictor
{
    /// <summary>None.</summary>
    None = 1,

    /// <summary>The difference from the previous pixel of the row, per band, as integers (TIFF 6.0, section 14).</summary>
    Horizontal = 2,

    /// <summary>Bytes of a row grouped by significance, then the difference from the previous byte (TIFF Technical Note 3).</summary>
    FloatingPoint = 3,
}
