namespace Pile.CrossMatch;

/// <summary>The errors of a match, for its report.</summary>
/// <param name="Model">The error model.</param>
/// <param name="Sigma">The number of standard deviations; null for other models.</param>
/// <param name="A">Where the errors of A are from; null if they are not used.</param>
/// <param name="B">Where the errors of B are from; null if they are not used.</param>
/// <param name="RadiusArcsec">The radius, from the option or from the largest errors.</param>
internal sealed record MatchErrors(ErrorModel Model, double? Sigma, string? A, string? B, double RadiusArcsec)
{
    /// <summary>Returns the errors of a match; null without an error model.</summary>
    internal static MatchErrors? Of(MatchRequest request, double radiusArcsec) => request.Options.Errors == ErrorModel.None ? null
        : new(request.Options.Errors, request.Options.Errors == ErrorModel.Sigma ? request.Options.Sigma : null,
            request.NeedsA.Errors?.Description, request.NeedsB.Errors?.Description, radiusArcsec);
}
