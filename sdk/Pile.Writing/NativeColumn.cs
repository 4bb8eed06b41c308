using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing;

/// <summary>Declarations about a stored column that its source does not contain: the names of its codes, its sentinel values, its
/// unit.</summary>
/// <remarks>Declarations never change values. They also apply to aliases of the column.</remarks>
internal sealed record NativeColumn
{
    /// <summary>The stored name of the column.</summary>
    public required string Name { get; init; }

    /// <summary>The names of the codes of an integer column; empty if not declared.</summary>
    public ImmutableArray<CategorySchema> Categories { get; init; } = [];

    /// <summary>The numbers that mark missing values in the survey; empty if not declared.</summary>
    public ImmutableArray<double> Sentinels { get; init; } = [];

    /// <summary>The unit, if the source has none; null if not declared.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD, which replaces that of the source; null to keep it.</summary>
    public string? Ucd { get; init; }

    /// <summary>A description of one line, which replaces that of the source; null to keep it.</summary>
    public string? Description { get; init; }

    /// <summary>The time scale, reference position and zero point of a column of times, if the source has none; null if not
    /// declared.</summary>
    public TimeAxis? Time { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for a column of wavelengths whose source does not state it; null if not declared.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>Returns the column with its declarations.</summary>
    /// <exception cref="SchemaMismatchException">The column's type or the source's unit contradicts the declaration.</exception>
    internal ColumnSchema Declare(ColumnSchema column, string source)
    {
        if (!Sentinels.IsEmpty && column.DType is DType.String or DType.Bool)
            throw new SchemaMismatchException(source, Name, $"sentinels must be numbers, found {column.DType.Name()}",
                "Leave the sentinels out");
        if (Unit is { } unit && column.Unit is { Length: > 0 } found && unit != found)
            throw new SchemaMismatchException(source, Name, $"its unit is '{found}' in the source and '{unit}' in the recipe",
                "Leave the unit out; a conversion is an alias, under 'columns'");
        if (!column.DType.IsFloat() && (Time is not null || SpectralMedium is not null))
            throw new SchemaMismatchException(source, Name, $"times and wavelengths must be floats, found {column.DType.Name()}",
                "Leave 'time' and 'spectral_medium' out, or convert the column");
        if (Time is not null && column.Time?.Or(Time.Scale) is { } stated && stated != Time)
            throw new SchemaMismatchException(source, Name, $"its times are {TimeWords.Describe(stated)} in the source and "
                + $"{TimeWords.Describe(Time)} in the recipe",
                "Leave the time out");
        if (SpectralMedium is not null && column.SpectralMedium is { } medium && medium != SpectralMedium)
            throw new SchemaMismatchException(source, Name,
                $"its wavelengths are in {medium} in the source and in {SpectralMedium} in the recipe", "Leave the spectral medium out");
        return column with
        {
            Time = Time ?? column.Time,
            SpectralMedium = SpectralMedium ?? column.SpectralMedium,
            Categories = Categories.IsEmpty ? column.Categories : Categories,
            Sentinels = Sentinels.IsEmpty ? column.Sentinels : Sentinels,
            Unit = Unit ?? column.Unit,
            Ucd = Ucd ?? column.Ucd,
            Description = Description ?? column.Description,
        };
    }
}
