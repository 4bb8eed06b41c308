using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Pile.Storage;

/// <summary>The credentials of the profile, the process, the container or the machine, which are searched for at the first request: a
/// recipe that names a bucket is read without them.</summary>
internal sealed class CredentialsOnRequest(string address) : AWSCredentials
{
    /// <inheritdoc/>
    /// <exception cref="StoreException">No credentials were found, or they cannot be loaded.</exception>
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials().GetCredentials();
        }
        catch (Exception)
        {
            throw S3Settings.NoCredentials(address);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">No credentials were found, or they cannot be loaded.</exception>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            AWSCredentials found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().ConfigureAwait(false);
            return await found.GetCredentialsAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            throw S3Settings.NoCredentials(address);
        }
    }
}
