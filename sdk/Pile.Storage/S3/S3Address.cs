using Pile.Format;

namespace Pile.Storage;

/// <summary>A bucket and the key prefix of a dataset.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">The key prefix, without <c>/</c> at either end; empty for the complete bucket.</param>
internal sealed record S3Address(string Bucket, string Prefix)
{
    internal static S3Address Parse(string address)
    {
        string rest = address["s3://".Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string bucket = slash < 0 ? rest : rest[..slash], prefix = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');
        // The address is not repeated in the message, which may be logged.
        if (bucket.Contains('@', StringComparison.Ordinal) || Redaction.Apply(address) != address)
            throw new ArgumentException("An s3:// address must not contain credentials or a query string. Give s3://bucket/prefix, and set "
                + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", nameof(address));
        return bucket.Length is < 3 or > 63 || bucket.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            ? throw new ArgumentException(
                $"'{address}' has no valid bucket name. Expected s3://bucket/prefix, with a bucket of 3 to 63 letters, digits, dots and "
                    + "hyphens.",
                nameof(address))
            : new S3Address(bucket, prefix);
    }

    internal string KeyOf(string path) => Prefix.Length == 0 ? path : $"{Prefix}/{path}";

    public override string ToString() => Prefix.Length == 0 ? $"s3://{Bucket}" : $"s3://{Bucket}/{Prefix}";
}
