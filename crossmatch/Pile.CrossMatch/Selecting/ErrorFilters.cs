namespace Pile.CrossMatch;

/// <summary>Adds the tests of the error model to the conditions on pairs.</summary>
internal static class ErrorFilters
{
    internal static void Add(PairFilters filters, CrossMatchOptions options, PreparedSide a, PreparedSide b)
    {
        switch (options.Errors)
        {
            case ErrorModel.Radius:
                bool isOfA = ErrorOptions.HasRadiusOfA(options);
                PositionErrors radii = (isOfA ? a : b).Errors!;
                if (radii.ConstantArcsec is { } radius)
                    filters.Add(new WithinRadius(radius));
                else if (isOfA)
                    filters.Add(new WithinRadiusOfA(radii.Sigmas!));
                else
                    filters.Add(new WithinRadiusOfB(radii.Sigmas!));
                break;
            case ErrorModel.Sigma when EllipsesOf(options, a, b) is { } ellipses:
                filters.Add(ellipses);
                break;
            case ErrorModel.Sum or ErrorModel.Sigma when a.Errors!.ConstantArcsec is { } ofA:
                AddCircles(filters, options, new SameError(ofA), b.Errors!);
                break;
            case ErrorModel.Sum or ErrorModel.Sigma:
                AddCircles(filters, options, new ErrorOfRow(a.Errors!.Sigmas!), b.Errors!);
                break;
        }
    }

    /// <summary>Returns the test of errors that are not circular; null for other error models.</summary>
    internal static WithinEllipses? EllipsesOf(CrossMatchOptions options, PreparedSide a, PreparedSide b) =>
        options.Errors == ErrorModel.Sigma && (a.Errors?.Covariances ?? b.Errors?.Covariances) is not null
            ? new WithinEllipses(options.Sigma, a.Positions, b.Positions, a.Errors!, b.Errors!) : null;

    private static void AddCircles<TA>(PairFilters filters, CrossMatchOptions options, TA a, PositionErrors b) where TA : struct, IRowError
    {
        if (b.ConstantArcsec is { } ofB)
            AddCircles(filters, options, a, new SameError(ofB));
        else
            AddCircles(filters, options, a, new ErrorOfRow(b.Sigmas!));
    }

    private static void AddCircles<TA, TB>(PairFilters filters, CrossMatchOptions options, TA a, TB b)
        where TA : struct, IRowError where TB : struct, IRowError
    {
        if (options.Errors == ErrorModel.Sum)
            filters.Add(new WithinErrorSum<TA, TB>(a, b));
        else
            filters.Add(new WithinSigma<TA, TB>(options.Sigma, a, b));
    }
}
