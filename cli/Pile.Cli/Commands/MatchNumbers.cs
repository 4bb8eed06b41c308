using System.Globalization;
using Pile.CrossMatch;
using Pile.Drawing;

namespace Pile.Cli.Commands;

/// <summary>The numbers of a certificate as tables.</summary>
internal static class MatchNumbers
{
    private const int RowsOfCurve = 10;

    internal static HtmlTable Table(MatchCertificate certificate)
    {
        List<IReadOnlyList<string>> rows = [];
        foreach ((string join, long count) in certificate.RowsOfJoins)
            Add($"rows with --join {join}", Count(count));
        AddMissing("A", certificate.MissingA);
        AddMissing("B", certificate.MissingB);
        AddPartners("A", certificate.PartnersOfA);
        AddPartners("B", certificate.PartnersOfB);
        if (certificate.Offset is { } o)
        {
            Add("median ΔRA·cos δ (B − A)", Arcsec(o.EastArcsec, o.EastErrorArcsec));
            Add("median Δδ", Arcsec(o.NorthArcsec, o.NorthErrorArcsec));
            Add("robust scatter of ΔRA·cos δ", Arcsec(o.EastScatterArcsec));
            Add("robust scatter of Δδ", Arcsec(o.NorthScatterArcsec));
            Add("pairs in the sample of offsets", Count(o.Pairs));
        }
        if (certificate is { Chance: { } chance, Curve: { } curve })
        {
            Add("chance partners per row of A", Number(chance.PairsPerRow), Interval(chance.PairsPerRow95, Number));
            Add("part of rows of A with a chance partner", Number(chance.PartnerFraction));
            Add("expected chance pairs", Number(curve.AllChancePairs), Interval(chance.Pairs95(curve.AllChancePairs), Number));
            Add("contamination", Part(curve.Contamination[^1]));
            Add("rows of A in cells with rows of B", Count(chance.RowsInFootprint));
            Add("rows in the sample", Count(chance.SampledRows), chance.Runs == 1 ? "all of them"
                : $"{chance.Runs} runs of neighbouring rows, evenly spread");
            Add("shifts", Count(chance.PairsOfShifts.Length), string.Create(CultureInfo.InvariantCulture,
                $"from {chance.LeastShiftArcsec:0.###}″ to {chance.LargestShiftArcsec:0.###}″"));
            Add("pairs at shifted positions", Count(chance.Pairs), $"variance / mean: {Number(chance.Dispersion)}");
        }
        return new HtmlTable { Columns = [new("Quantity"), new("Value", IsNumber: true), new("Interval or note")], Rows = rows };

        void Add(string quantity, string value, string note = "") => rows.Add([quantity, value, note]);

        void AddMissing(string side, MissingValues? missing)
        {
            foreach ((string name, long? count) in new[] { ("position", missing?.Position), ("proper motion", missing?.Motion),
                ("epoch", missing?.Epoch), ("error", missing?.Error) })
                if (count is { } number)
                    Add($"rows of {side} without a valid {name}", Count(number));
        }

        void AddPartners(string side, Multiplicity? partners)
        {
            if (partners is not { } p)
                return;
            foreach ((string name, long count) in new[] { ("1 partner", p.One), ("2 partners", p.Two), ("3 partners", p.Three),
                ("4 or more partners", p.More) })
                Add($"rows of {side} with {name}", Count(count));
        }
    }

    internal static HtmlTable ByRadius(RadiusCurve curve)
    {
        List<IReadOnlyList<string>> rows = [];
        int each = curve.RadiusArcsec.Length / RowsOfCurve;
        for (int bin = each - 1; bin < curve.RadiusArcsec.Length; bin += each)
            rows.Add([curve.RadiusArcsec[bin].ToString("0.####", CultureInfo.InvariantCulture),
                Count(curve.Pairs.Take(bin + 1).Sum()), Number(curve.ChancePairs.Take(bin + 1).Sum()), Part(curve.Completeness[bin]),
                Part(curve.Contamination[bin])]);
        return new HtmlTable
        {
            Caption = "Within each radius",
            Columns = [new("Radius", "arcsec", true), new("Pairs", IsNumber: true), new("Chance pairs", IsNumber: true),
                new("Completeness", IsNumber: true), new("Contamination", IsNumber: true)],
            Rows = rows,
        };
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1e4 ? "N0" : "G4", CultureInfo.InvariantCulture);

    private static string Part(double part) => double.IsNaN(part) ? "unknown" : part.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Arcsec(double value, double? error = null) => error is { } e
        ? string.Create(CultureInfo.InvariantCulture, $"{value:+0.00000;−0.00000;0}″ ± {e:0.00000}″")
        : string.Create(CultureInfo.InvariantCulture, $"{value:0.00000}″");

    private static string Interval((double Low, double High) interval, Func<double, string> text) =>
        $"95 %: {text(interval.Low)} to {text(interval.High)}";
}
