using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing;

/// <summary>What only a unit's whole source tells. It is kept with the unit's rows, so that a resumed build has it without reading the unit
/// again.</summary>
internal sealed record UnitFacts
{
    /// <summary>Where the unit's ids are from.</summary>
    public IdSource Ids { get; init; }

    /// <summary>The rows of a source whose row numbers are the ids, skipped rows included: the ids of the next such unit begin
    /// there.</summary>
    public long SourceRows { get; init; }

    /// <summary>Columns that the recipe names and the unit's source lacks: a name that all units lack is a mistake.</summary>
    public ImmutableArray<string> UnknownColumns { get; init; } = [];

    /// <summary>The column of right ascension, if nothing declares its unit.</summary>
    public string? UndeclaredRa { get; init; }

    /// <summary>The extent of the positions whose unit nothing declares; null if there are none.</summary>
    public PositionExtent? UndeclaredExtent { get; init; }
}
