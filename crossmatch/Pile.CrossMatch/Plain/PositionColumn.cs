namespace Pile.CrossMatch.Plain;

/// <summary>Columns of positions that go into pairs.</summary>
internal enum PositionColumn
{
    Id,
    Ra,
    Dec,
}
