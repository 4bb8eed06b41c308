using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing;

/// <summary>Facts about the whole source of a unit. They are stored with the unit's rows, so that a resumed build has them without reading
/// the unit again.</summary>
internal sealed record UnitFacts
{
    /// <summary>The origin of the unit's ids.</summary>
    public IdSource Ids { get; init; }

    /// <summary>The number of rows of a source whose row numbers are the ids, including skipped rows: the ids of the next such unit begin
    /// there.</summary>
    public long SourceRows { get; init; }

    /// <summary>Columns that the recipe names but the unit's source lacks; a name that all units lack is an error.</summary>
    public ImmutableArray<string> UnknownColumns { get; init; } = [];

    /// <summary>Keywords that the recipe names but the unit's source lacks; one that all units lack is an error.</summary>
    public ImmutableArray<string> UnknownKeywords { get; init; } = [];

    /// <summary>The kinds of values of the properties of documents, or of the columns of a text table: the number of the kinds, a space,
    /// and the name. For spectra, the names and units of the columns of flux and noise.</summary>
    public ImmutableArray<string> PropertyKinds { get; init; } = [];

    /// <summary>The local folders of the files outside the dataset that the unit refers to, by their addresses in the dataset.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The column of right ascension, if its unit is not declared.</summary>
    public string? UndeclaredRa { get; init; }

    /// <summary>The extent of the positions without a declared unit; null if there are no such positions.</summary>
    public PositionExtent? UndeclaredExtent { get; init; }
}
