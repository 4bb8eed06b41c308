namespace Pile.Drawing;

/// <summary>The position of row 0 of an image array when it is drawn.</summary>
public enum RowOrder
{
    /// <summary>Row 0 at the bottom, y up: FITS images and cut-outs of them. Rows are drawn in reverse order.</summary>
    BottomUp,

    /// <summary>Row 0 at the top, y down: pictures, satellite scenes. Rows are drawn in their order.</summary>
    TopDown,
}
