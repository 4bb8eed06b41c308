namespace Pile.Writing.Shards;

/// <summary>Rows of differing length.</summary>
internal interface IListBuffer
{
    /// <summary>Elements of one row; 0 where it has no value.</summary>
    int LengthOf(int row);
}
