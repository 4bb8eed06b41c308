namespace Pile.Drawing;

/// <summary>Where row 0 of an image array stands when drawn.</summary>
public enum RowOrder
{
    /// <summary>Row 0 at the bottom, y up: FITS and everything cut out of it. Drawing turns the rows over.</summary>
    BottomUp,

    /// <summary>Row 0 at the top, y down: pictures, satellite scenes. Rows are drawn in their order.</summary>
    TopDown,
}
