using System.Collections.Frozen;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>What becomes of wavelengths that two arms or orders have.</summary>
internal enum OverlapRule
{
    /// <summary>They are an error.</summary>
    Undeclared,

    /// <summary>On a common grid, the mean weighted by inverse variance.</summary>
    Ivar,

    /// <summary>Each half of the overlap is taken from one of them.</summary>
    Cut,
}

/// <summary>The words of a recipe.</summary>
internal static class OverlapRules
{
    internal static FrozenDictionary<string, OverlapRule> Words { get; } = new Dictionary<string, OverlapRule>
    {
        ["ivar"] = OverlapRule.Ivar,
        ["cut"] = OverlapRule.Cut,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
