namespace Pile.CrossMatch;

/// <summary>Writes a certificate as JSON: <c>format-spec/certificate.schema.json</c>.</summary>
internal static class CertificateJson
{
    /// <summary>Returns the short form in one line: without the record and without the curves.</summary>
    internal static string Short(MatchCertificate certificate) => Text(certificate, isFull: false);

    /// <summary>Returns the complete document.</summary>
    internal static string Full(MatchCertificate certificate) => Text(certificate, isFull: true);

    private static string Text(MatchCertificate certificate, bool isFull)
    {
        JsonText json = new(isIndented: isFull);
        Write(json, certificate, isFull);
        return json.ToString();
    }

    private static void Write(JsonText json, MatchCertificate certificate, bool isFull)
    {
        json.Start(null);
        json.Number("certificate_version", MatchCertificate.FormatVersion);
        if (isFull)
        {
            json.Start("match");
            foreach (KeyValuePair<string, string> entry in certificate.Metadata)
                if (MatchCertificate.IsOfRecord(entry))
                    json.Text(MatchCertificate.NameOf(entry), entry.Value);
            json.End();
        }
        json.Start("rows_by_join");
        foreach ((string join, long rows) in certificate.RowsOfJoins)
            json.Number(join, rows);
        json.End();
        json.Start("without");
        Write(json, "a", certificate.MissingA);
        Write(json, "b", certificate.MissingB);
        json.End();
        json.Start("partners");
        Write(json, "a", certificate.PartnersOfA);
        Write(json, "b", certificate.PartnersOfB);
        json.End();
        Write(json, certificate.Offset);
        Write(json, certificate.Chance, certificate.Curve);
        if (isFull)
            Write(json, certificate.Curve);
        json.Start("absent");
        if (certificate.ReasonWithoutChance is { } reason)
            json.Text("chance", reason);
        json.End();
        json.End();
    }

    private static void Write(JsonText json, string key, MissingValues? missing)
    {
        if (missing is null)
            return;
        json.Start(key);
        json.Number("position", missing.Position);
        foreach ((string name, long? rows) in new[] { ("motion", missing.Motion), ("epoch", missing.Epoch), ("error", missing.Error) })
            if (rows is { } number)
                json.Number(name, number);
        json.End();
    }

    private static void Write(JsonText json, string key, Multiplicity? partners)
    {
        if (partners is not { } rows)
            return;
        json.Start(key);
        json.Number("one", rows.One);
        json.Number("two", rows.Two);
        json.Number("three", rows.Three);
        json.Number("more", rows.More);
        json.End();
    }

    private static void Write(JsonText json, OffsetSummary? offset)
    {
        if (offset is null)
        {
            json.Null("offset");
            return;
        }
        json.Start("offset");
        json.Number("pairs", offset.Pairs);
        Write(json, "ra_cos_dec_arcsec", offset.EastArcsec);
        Write(json, "dec_arcsec", offset.NorthArcsec);
        Write(json, "ra_cos_dec_error_arcsec", offset.EastErrorArcsec);
        Write(json, "dec_error_arcsec", offset.NorthErrorArcsec);
        Write(json, "ra_cos_dec_scatter_arcsec", offset.EastScatterArcsec);
        Write(json, "dec_scatter_arcsec", offset.NorthScatterArcsec);
        json.End();
    }

    private static void Write(JsonText json, ChanceLevel? chance, RadiusCurve? curve)
    {
        if (chance is null || curve is null)
        {
            json.Null("chance");
            return;
        }
        json.Start("chance");
        Write(json, "pairs_per_row", chance.PairsPerRow);
        Write(json, "pairs_per_row_95", chance.PairsPerRow95);
        Write(json, "rows_with_partner", chance.PartnerFraction);
        Write(json, "pairs", curve.AllChancePairs);
        Write(json, "pairs_95", chance.Pairs95(curve.AllChancePairs));
        Write(json, "contamination", curve.Contamination[^1]);
        json.Number("rows_in_footprint", chance.RowsInFootprint);
        json.Number("sampled_rows", chance.SampledRows);
        json.Number("runs", chance.Runs);
        json.Number("shifts", chance.PairsOfShifts.Length);
        Write(json, "shift_arcsec", (chance.LeastShiftArcsec, chance.LargestShiftArcsec));
        json.Number("pairs_found", chance.Pairs);
        Write(json, "dispersion", chance.Dispersion);
        json.End();
    }

    private static void Write(JsonText json, RadiusCurve? curve)
    {
        if (curve is null)
        {
            json.Null("radius");
            return;
        }
        json.Start("radius");
        Write(json, "radius_arcsec", curve.RadiusArcsec);
        json.Start("pairs", '[');
        foreach (long pairs in curve.Pairs)
            json.Number(null, pairs);
        json.End(']');
        Write(json, "chance_pairs", curve.ChancePairs);
        Write(json, "completeness", curve.Completeness);
        Write(json, "contamination", curve.Contamination);
        json.End();
    }

    private static void Write(JsonText json, string key, (double Low, double High) interval) =>
        Write(json, key, [interval.Low, interval.High]);

    private static void Write(JsonText json, string key, double[] values)
    {
        json.Start(key, '[');
        foreach (double value in values)
            json.Number(null, value);
        json.End(']');
    }

    private static void Write(JsonText json, string key, double value) => json.Number(key, value);
}
