namespace Pile.CrossMatch.Plain;

/// <summary>The columns of <c>positions.parquet</c> that pairs contain.</summary>
internal enum PositionColumn
{
    Id,
    Ra,
    Dec,
}
