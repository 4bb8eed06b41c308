using System.Collections.Immutable;
using System.Globalization;

namespace Pile.Review;

/// <summary>Collects properties that have different values in two datasets.</summary>
internal sealed class PropertyList
{
    private readonly ImmutableArray<PropertyDifference>.Builder differences = ImmutableArray.CreateBuilder<PropertyDifference>();

    internal ImmutableArray<PropertyDifference> Differences => differences.ToImmutable();

    internal PropertyList Add(string property, string? a, string? b)
    {
        if (!string.Equals(a, b, StringComparison.Ordinal))
            differences.Add(new PropertyDifference(property, a, b));
        return this;
    }

    internal PropertyList Add(string property, IFormattable? a, IFormattable? b) =>
        Add(property, a?.ToString(null, CultureInfo.InvariantCulture), b?.ToString(null, CultureInfo.InvariantCulture));
}
