namespace Pile.Writing.Shards;

/// <summary>A buffer of rows with different lengths.</summary>
internal interface IListBuffer
{
    /// <summary>Returns the number of elements of one row; 0 if it has no value.</summary>
    int LengthOf(int row);
}
