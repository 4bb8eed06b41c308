namespace Pile.CrossMatch.Matching;

/// <summary>The rows of one side in a block of a result of several sides.</summary>
internal sealed class SideRows
{
    internal int[] Row = [];
    internal double[] SeparationArcsec = [];

    /// <summary>Allocates memory for as many rows as a block can have.</summary>
    internal void Reserve(int count)
    {
        if (Row.Length >= count)
            return;
        Array.Resize(ref Row, count);
        Array.Resize(ref SeparationArcsec, count);
    }
}
