using Pile.Format;

namespace Pile.Builders;

/// <summary>A unit that was skipped, and the reason.</summary>
public sealed record SkippedUnit(string UnitId, PileException Reason)
{
    /// <summary>Returns true for an error of one unit, which can be skipped. Errors of the recipe, the output or the machine stop the
    /// build.</summary>
    internal static bool IsOfUnit(PileException error) => error is not (OutputUnwritableException or NativeLibraryMissingException
        or AliasInvalidException or ReadAgainException or DocumentInvalidException);
}
